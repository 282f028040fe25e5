package io.haori.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;

/** What a run has on an executor: the store's inputs, the process's bases, a temporary folder. */
final class ExecutorBench implements WorkBench, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Name of the input that an order may have to continue from. */
  private static final String CHECKPOINT = "checkpoint";

  private final WorkOrder order;
  private final SharedStore store;
  private final ExecutorBases bases;
  private final boolean onThisMachine;
  private final DoubleConsumer progress;
  private final BooleanSupplier stopRequested;
  private final ReduceGroup group;
  private final Path temporary;
  private final Path folder;
  private final Path checkpoint;
  private final KeptCheckpoints kept;
  private final List<ExecutorBases.Lease> leases = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param order what is to be done
   * @param store of the job
   * @param bases of this process
   * @param onThisMachine whether the program that asks sees the same folders
   * @param progress hears which share is done
   * @param stopRequested whether the run is not wanted any more
   * @param group who does it together; stays open
   * @throws IOException when there is no room for temporary files
   */
  ExecutorBench(
      WorkOrder order,
      SharedStore store,
      ExecutorBases bases,
      boolean onThisMachine,
      DoubleConsumer progress,
      BooleanSupplier stopRequested,
      ReduceGroup group)
      throws IOException {
    this.order = order;
    this.store = store;
    this.bases = bases;
    this.onThisMachine = onThisMachine;
    this.progress = progress;
    this.stopRequested = stopRequested;
    this.group = group;
    this.temporary = Files.createTempDirectory("haori-run-");
    this.folder = Files.createDirectory(temporary.resolve("result"));
    this.checkpoint = temporary.resolve(CHECKPOINT);
    this.kept = new KeptCheckpoints(store, order.digest());
  }

  @Override
  public TextBase base(BaseForm form, boolean alone) {
    ExecutorBases.Key key = new ExecutorBases.Key(order.baseDigest(), form);
    ExecutorBases.Lease lease =
        alone ? bases.alone(key, this::open) : bases.shared(key, this::open);
    leases.add(lease);
    return lease.base();
  }

  private TextBase open(BaseForm form) {
    if (onThisMachine || Bases.NAMES.contains(order.base())) {
      return TextBase.open(order.base(), form, FetchListener.SILENT);
    }
    String name = SharedStore.base(order.baseDigest());
    store.requireFile(name);
    Path unpacked = temporary.resolve("base");
    try {
      Files.createDirectory(unpacked);
      store.unpack(name, unpacked);
      TextBase base = TextBase.open(place(unpacked).toString(), form, FetchListener.SILENT);
      // What is made of it says where the base is for the program that asks.
      return new TextBase(order.base(), base.digest(), base.backbone(), base.reader());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      AtomicFiles.delete(unpacked);
    }
  }

  /** A single file is a base by itself. */
  private static Path place(Path unpacked) throws IOException {
    try (Stream<Path> all = Files.list(unpacked)) {
      List<Path> files = all.toList();
      return files.size() == 1 && files.get(0).toString().endsWith(".gguf")
          ? files.get(0)
          : unpacked;
    }
  }

  @Override
  public ObjectNode input(String name) {
    String digest = Objects.requireNonNull(order.inputs().get(name), name);
    try {
      return (ObjectNode) JSON.readTree(store.readInput(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Path checkpoint() {
    try {
      Files.createDirectory(checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // All members begin where the first one does.
    double[] newest = {group.rank() == 0 ? kept.newest() : 0};
    group.copyFirst(newest);
    String given = order.inputs().get(CHECKPOINT);
    if (newest[0] > 0) {
      kept.unpack((int) newest[0], checkpoint);
    } else if (given != null) {
      store.requireFile(SharedStore.input(given));
      store.unpack(SharedStore.input(given), checkpoint);
    }
    return checkpoint;
  }

  @Override
  public void keepCheckpoint() {
    kept.keep(checkpoint);
  }

  @Override
  public void progress(double share) {
    progress.accept(share);
  }

  @Override
  public boolean stopRequested() {
    return stopRequested.getAsBoolean();
  }

  @Override
  public ReduceGroup group() {
    return group;
  }

  @Override
  public void close() {
    leases.forEach(ExecutorBases.Lease::close);
    AtomicFiles.delete(temporary);
  }
}
