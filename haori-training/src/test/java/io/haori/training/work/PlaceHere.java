package io.haori.training.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.group.ThreadGroups;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.work.catalogue.OrderWorkers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

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
            || !work(order, inputs, folder, stopRequested, ReduceGroup.ALONE)) {
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
      WorkOrder order,
      int members,
      Duration patience,
      WorkInputs inputs,
      WorkListener listener,
      BooleanSupplier stopRequested) {
    ExecutorService threads = Executors.newFixedThreadPool(members);
    try {
      Path first = Files.createTempDirectory(temporary, "result");
      List<Future<Boolean>> running = new ArrayList<>();
      for (ReduceGroup group : ThreadGroups.of(members, patience)) {
        Path folder = group.rank() == 0 ? first : Files.createTempDirectory(temporary, "member");
        running.add(threads.submit(() -> work(order, inputs, folder, stopRequested, group)));
      }
      boolean all = true;
      for (Future<Boolean> one : running) {
        all &= one.get();
      }
      if (all) {
        done.add(order.name());
        listener.onFinished(order, first);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdown();
    }
  }

  private static boolean work(
      WorkOrder order,
      WorkInputs inputs,
      Path folder,
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

  @Override
  public void close() {}
}
