package io.haori.tensor.group;

import io.haori.core.check.UserError;
import io.haori.tensor.Engine;
import io.haori.tensor.Tensor;
import java.time.Duration;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A group of processes, on one machine or several, which add up by Gloo, libtorch's library for
 * sums between processors. They find each other at a {@link Rendezvous} of the member 0.
 *
 * <pre>{@code
 * // the member 0                                // every other one
 * Rendezvous place = Rendezvous.open(host, t);
 * send(place.port());                            int port = receive();
 * GlooGroup.join(place, 0, 2, host, t);          GlooGroup.join(Rendezvous.at(host0, port, t), 1, 2, host, t);
 * }</pre>
 */
public final class GlooGroup implements ReduceGroup {
  private static final int PORTS = 0xFFFF;

  private final Rendezvous rendezvous;
  private final ProcessGroupGloo group;
  private final int rank;
  private final int size;
  private final Duration patience;

  private GlooGroup(
      Rendezvous rendezvous, ProcessGroupGloo group, int rank, int size, Duration patience) {
    this.rendezvous = rendezvous;
    this.group = group;
    this.rank = rank;
    this.size = size;
    this.patience = patience;
  }

  /** Where members find each other. */
  public static final class Rendezvous implements AutoCloseable {
    private final Store store;
    private final int port;

    private Rendezvous(Store store, int port) {
      this.store = store;
      this.port = port;
    }

    /**
     * Opens one on a free port.
     *
     * @param host name or address of this machine, as the others reach it
     * @param patience how long others are waited for
     */
    public static Rendezvous open(String host, Duration patience) {
      Engine.load();
      try (TCPStoreOptions options = options(patience)) {
        TCPStore store =
            new TCPStore(host, options.isServer(true).port((short) 0).waitWorkers(false));
        return new Rendezvous(store, Short.toUnsignedInt(store.getPort()));
      } catch (RuntimeException e) {
        throw new UserError("No port can be opened on " + host + " (" + line(e) + ")", e);
      }
    }

    /**
     * That of another process.
     *
     * @param host of the member 0
     * @param port that it has opened
     * @param patience how long it is waited for
     */
    public static Rendezvous at(String host, int port, Duration patience) {
      Engine.load();
      try (TCPStoreOptions options = options(patience)) {
        return new Rendezvous(
            new TCPStore(host, options.port((short) (port & PORTS)).waitWorkers(false)), port);
      } catch (RuntimeException e) {
        throw new UserError(
            "Member 0 cannot be reached at " + host + ":" + port + " (" + line(e) + ")", e);
      }
    }

    private static TCPStoreOptions options(Duration patience) {
      return new TCPStoreOptions().timeout(new Milliseconds(patience.toMillis()));
    }

    /** The port that it is on. */
    public int port() {
      return port;
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private static String line(RuntimeException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    return message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /**
   * Joins a group; returns when all members have.
   *
   * @param rendezvous taken over, also when this fails
   * @param rank number of this member
   * @param size how many there are
   * @param host name or address of this machine, as the others reach it
   * @param patience how long this member waits for the others, now and in every sum
   * @throws UserError when another member does not come
   */
  public static GlooGroup join(
      Rendezvous rendezvous, int rank, int size, String host, Duration patience) {
    long began = System.nanoTime();
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(patience.toMillis()));
      var unused =
          options
              .devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(host)))
              .threads(1);
      ProcessGroupGloo group = new ProcessGroupGloo(rendezvous.store, rank, size, options);
      group.retainReference();
      scope.detach(group);
      return new GlooGroup(rendezvous, group, rank, size, patience);
    } catch (RuntimeException e) {
      rendezvous.close();
      throw Stragglers.of(rank, size, patience, began, e);
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void sum(Tensor numbers) {
    if (numbers.count() > 0) {
      try (PointerScope scope = new PointerScope()) {
        reduce(
            torch.from_blob(
                new BytePointer(numbers.buffer()),
                new long[] {numbers.count()},
                new TensorOptions(torch.ScalarType.Float)));
      }
    }
  }

  @Override
  public void sum(double[] numbers) {
    try (PointerScope scope = new PointerScope()) {
      DoublePointer memory = new DoublePointer(numbers);
      reduce(
          torch.from_blob(
              memory, new long[] {numbers.length}, new TensorOptions(torch.ScalarType.Double)));
      var unused = memory.get(numbers);
    }
  }

  private void reduce(org.bytedeco.pytorch.Tensor memory) {
    long began = System.nanoTime();
    try {
      var unused = group.allreduce(new TensorVector(memory))._wait();
    } catch (RuntimeException e) {
      throw Stragglers.of(rank, size, patience, began, e);
    }
  }

  @Override
  public void close() {
    group.close();
    rendezvous.close();
  }
}
