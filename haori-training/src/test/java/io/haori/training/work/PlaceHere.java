package io.haori.training.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderZip;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.group.ThreadGroups;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.work.catalogue.OrderWorkers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A place of tests: does the runs in this process, of nothing but what a machine far away gets. */
public class PlaceHere implements WorkPlace {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path temporary;
  private final List<String> done = new ArrayList<>();

  public PlaceHere(Path temporary) {
    this.temporary = temporary;
  }

  /** Names of the runs that were done, in their order. */
  public List<String> done() {
    return done;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public boolean work(
      List<WorkOrder> orders,
      WorkInputs inputs,
      WorkListener listener,
      BooleanSupplier stopRequested) {
    try {
      for (WorkOrder sent : orders) {
        WorkOrder order = WorkOrder.fromJson(JSON.readTree(sent.toJson().toString()));
        Path folder = Files.createTempDirectory(temporary, "result");
        if (stopRequested.getAsBoolean()
            || !work(order, inputs, folder, folder, stopRequested, ReduceGroup.ALONE)) {
          return false;
        }
        done.add(order.name());
        listener.onFinished(order, folder);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean together(
      JointOrder joint, WorkInputs inputs, WorkListener listener, BooleanSupplier stopRequested) {
    WorkOrder order = joint.order();
    ExecutorService threads = Executors.newFixedThreadPool(joint.members());
    Path kept = temporary.resolve("kept-" + order.digest());
    if (!joint.resume()) {
      AtomicFiles.delete(kept);
    }
    try {
      Path first = Files.createTempDirectory(temporary, "result");
      List<Future<Boolean>> running = new ArrayList<>();
      for (ReduceGroup group : ThreadGroups.of(joint.members(), joint.patience())) {
        Path folder = group.rank() == 0 ? first : Files.createTempDirectory(temporary, "member");
        running.add(threads.submit(() -> work(order, inputs, folder, kept, stopRequested, group)));
      }
      boolean all = true;
      for (Future<Boolean> one : running) {
        all &= one.get();
      }
      if (all) {
        done.add(order.name());
        listener.onFinished(order, first);
      } else if (Files.isDirectory(kept)) {
        listener.onSaved(order, kept);
      }
      AtomicFiles.delete(kept);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | ExecutionException e) {
      if (e.getCause() instanceof UserError refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } finally {
      threads.shutdown();
    }
  }

  private static boolean work(
      WorkOrder order,
      WorkInputs inputs,
      Path folder,
      Path kept,
      BooleanSupplier stopRequested,
      ReduceGroup group) {
    List<TextBase> opened = new ArrayList<>();
    try {
      return OrderWorkers.work(
          order,
          new WorkBench() {
            @Override
            public TextBase base(BaseForm form, boolean alone) {
              TextBase base = TextBase.open(order.base(), form, FetchListener.SILENT);
              opened.add(base);
              return base;
            }

            @Override
            public ObjectNode input(String name) {
              byte[] bytes =
                  Objects.requireNonNull(inputs.all().get(order.inputs().get(name)), name);
              try {
                return (ObjectNode) JSON.readTree(bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }

            @Override
            public Path folder() {
              return folder;
            }

            @Override
            public void progress(double share) {
              if (share < 0 || share > 1) {
                throw new IllegalArgumentException("share " + share);
              }
            }

            @Override
            public Path checkpoint() {
              Path checkpoint = folder.resolveSibling(folder.getFileName() + "-checkpoint");
              try {
                Files.createDirectory(checkpoint);
                if (Files.isDirectory(kept)) {
                  copy(kept, checkpoint);
                } else if (order.inputs().containsKey("checkpoint")) {
                  byte[] zip = inputs.all().get(order.inputs().get("checkpoint"));
                  FolderZip.read(
                      new ByteArrayInputStream(zip), checkpoint, "checkpoint", 10_000_000);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return checkpoint;
            }

            @Override
            public void keepCheckpoint() {
              AtomicFiles.writeFolder(
                  kept,
                  target ->
                      copy(folder.resolveSibling(folder.getFileName() + "-checkpoint"), target));
            }

            @Override
            public ReduceGroup group() {
              return group;
            }

            @Override
            public boolean stopRequested() {
              return stopRequested.getAsBoolean();
            }
          });
    } finally {
      opened.forEach(TextBase::close);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Override
  public void close() {}
}
