package io.haori.tensor.group;

import io.haori.core.check.UserError;
import io.haori.tensor.Tensor;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** A group of threads of one process, which add up in the order of their numbers. */
public final class ThreadGroups {
  private final int size;
  private final Duration patience;
  private final double[][] parts;
  private final CyclicBarrier arrived;
  private final CyclicBarrier read;

  /** Whether a member has closed its view: no sum can be made any more. */
  private volatile boolean left;

  private ThreadGroups(int size, Duration patience) {
    this.size = size;
    this.patience = patience;
    parts = new double[size][];
    arrived = new CyclicBarrier(size);
    read = new CyclicBarrier(size);
  }

  /**
   * A group.
   *
   * @param size how many threads; at least 1
   * @param patience how long a member waits for the others
   * @return the view of each, in the order of their numbers
   */
  public static List<ReduceGroup> of(int size, Duration patience) {
    ThreadGroups shared = new ThreadGroups(size, patience);
    return IntStream.range(0, size).<ReduceGroup>mapToObj(rank -> shared.new Member(rank)).toList();
  }

  private final class Member implements ReduceGroup {
    private final int rank;

    Member(int rank) {
      this.rank = rank;
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
      FloatBuffer memory = numbers.buffer().asFloatBuffer();
      double[] all = new double[memory.remaining()];
      for (int i = 0; i < all.length; i++) {
        all[i] = memory.get(i);
      }
      sum(all);
      for (int i = 0; i < all.length; i++) {
        memory.put(i, (float) all[i]);
      }
    }

    @Override
    public void sum(double[] numbers) {
      parts[rank] = numbers.clone();
      await(arrived);
      for (int i = 0; i < numbers.length; i++) {
        double sum = 0;
        for (double[] part : parts) {
          sum += part[i];
        }
        numbers[i] = sum;
      }
      // Before anybody's next numbers are there.
      await(read);
    }

    private void await(CyclicBarrier barrier) {
      long began = System.nanoTime();
      try {
        if (left) {
          throw new BrokenBarrierException();
        }
        var unused = barrier.await(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | BrokenBarrierException e) {
        throw Stragglers.of(rank, size, patience, began, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UserError("Member " + rank + " of " + size + " was interrupted", e);
      }
    }

    /** The others, who wait for this one, learn at once that it does not come. */
    @Override
    public void close() {
      left = true;
      if (arrived.getNumberWaiting() > 0) {
        arrived.reset();
      }
    }
  }
}
