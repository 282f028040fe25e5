package io.haori.training.parallel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderZip;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.data.Dataset;
import io.haori.training.data.json.DataJson;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingResult;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.work.JointOrder;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fit whose steps several members compute together: each takes a part of every batch, the
 * gradients are added up, and all of them make the same step. The member 0 keeps the model, and
 * after each epoch a checkpoint, from which any number of members continue, or {@link Tuner} alone.
 *
 * <pre>{@code
 * try (WorkPlace place = WorkPlaces.open("spark://master:7077", "hdfs:///haori", 1)) {
 *   Optional<TunedModel> tuned =
 *       new ParallelFit(4, Duration.ofMinutes(10))
 *           .tune(place, base, settings, data, share -> {}, () -> false);
 * }
 * }</pre>
 */
public final class ParallelFit {
  /** How long a member waits for the others unless something else is chosen, in seconds. */
  public static final double DEFAULT_PATIENCE = 600;

  private static final String KIND = "fit";
  private static final String MEMBERS = "members";
  private static final String SETTING = "dataParallel";
  private static final String SETTINGS = "settings";
  private static final String DATA = "data";
  private static final String RUN = "fit";
  private static final String CHECKPOINT = "checkpoint";

  /**
   * Where a worker's sentence speaks of the checkpoint, which is elsewhere for whoever reads it.
   */
  private static final String ITS_FOLDER = "{checkpoint}";

  /** There is nothing that it is compared with. */
  private static final long WORK = 1000;

  private final int members;
  private final Duration patience;
  private @Nullable Path checkpoints;
  private boolean resume;

  /**
   * Chooses how.
   *
   * @param members how many compute together; at least 2
   * @param patience how long a member waits for the others in a step
   */
  public ParallelFit(int members, Duration patience) {
    this.members = members;
    this.patience = patience;
  }

  /**
   * Keeps a checkpoint of a fit that ends before it is done.
   *
   * @param folder gets it; a checkpoint of {@link Tuner}
   * @param goOn whether to continue from the one there, or from one that nobody has fetched because
   *     this process was killed
   */
  public ParallelFit checkpoints(Path folder, boolean goOn) {
    checkpoints = folder;
    resume = goOn;
    return this;
  }

  /** What a fit leaves behind beside its adapter. */
  private record Fitted(TrainingResult training, Map<String, Double> validation, long trainable) {}

  /**
   * Fits.
   *
   * @param place whose workers compute
   * @param base as here; stays open
   * @param settings what was chosen
   * @param data all three splits; the test rows are not looked at
   * @param progress hears which share is done
   * @param stopRequested asked several times a second
   * @return the fitted model on the base that is open here, owned by the caller; nothing when it
   *     was stopped
   * @throws io.haori.core.check.UserError when the settings cannot be cut into parts, or a member
   *     is lost or too slow
   */
  public Optional<TunedModel> tune(
      WorkPlace place,
      TextBase base,
      TuneSettings settings,
      Dataset data,
      DoubleConsumer progress,
      BooleanSupplier stopRequested) {
    Tuner.requireParts(SETTING, settings, members);
    WorkInputs inputs = new WorkInputs();
    WorkOrder order = order(base, settings, data, place.threads(), inputs);
    AtomicReference<TunedModel> tuned = new AtomicReference<>();
    WorkListener listener =
        new WorkListener() {
          @Override
          public void onProgress(double work, int finished, int busy) {
            progress.accept(work / order.work());
          }

          @Override
          public void onFinished(WorkOrder finished, Path folder) {
            tuned.set(read(folder, base, settings));
          }

          @Override
          public void onSaved(WorkOrder unfinished, Path folder) {
            keep(folder);
          }
        };
    try {
      JointOrder joint = new JointOrder(order, members, patience, resume);
      boolean done = place.together(joint, inputs, listener, stopRequested);
      return done ? Optional.ofNullable(tuned.get()) : Optional.empty();
    } catch (UserError e) {
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      throw new UserError(sentence.replace(ITS_FOLDER, String.valueOf(checkpoints)), e);
    }
  }

  private void keep(Path saved) {
    Path folder = checkpoints;
    if (folder != null) {
      AtomicFiles.writeFolder(
          folder,
          target -> {
            try (Stream<Path> files = Files.list(saved)) {
              for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
              }
            }
          });
    }
  }

  private WorkOrder order(
      TextBase base, TuneSettings settings, Dataset data, int threads, WorkInputs inputs) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(MEMBERS, members);
    json.set(SETTINGS, settings.toJson());
    Map<String, String> read = new TreeMap<>();
    read.put(DATA, inputs.add(DataJson.write(data)));
    Path folder = checkpoints;
    if (folder != null && resume && new Checkpoints(folder, RunSettings.NONE).exists()) {
      read.put(CHECKPOINT, inputs.add(zip(folder)));
    }
    return new WorkOrder(
        KIND, settings.method().name(), base.name(), base.digest(), threads, json, read, WORK);
  }

  private static byte[] zip(Path folder) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      FolderZip.write(folder, out);
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
    return out.toByteArray();
  }

  private static TunedModel read(Path folder, TextBase base, TuneSettings settings) {
    FinishedRuns<Fitted> folders = new FinishedRuns<>(folder, Fitted.class);
    Fitted record = folders.find(RUN, one -> true).orElseThrow();
    TextModel model = AdapterFolder.load(folders.adapter(RUN), base, settings.text().precision());
    return new TunedModel(model, record.training(), record.validation(), record.trainable());
  }

  /** Does a member's part. */
  public static final class Worker implements OrderWorker {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public boolean work(WorkOrder order, WorkBench bench) {
      TuneSettings settings = TuneSettings.fromJson(order.settings().path(SETTINGS));
      Dataset data = DataJson.readDataset(bench.input(DATA));
      // Members of one process would change the same weights.
      boolean alone =
          settings.method().trainsBase()
              || !(settings.method().strategy() instanceof TrainingStrategy.Plain);
      TextBase base = bench.base(settings.baseForm(), alone);
      LoopListener listener =
          new LoopListener() {
            @Override
            public void onStep(Step step) {
              bench.progress((double) step.step() / step.steps());
            }

            @Override
            public void onCheckpoint(int step, Path folder) {
              bench.keepCheckpoint();
            }
          };
      Path checkpoint = bench.checkpoint();
      try (TunedModel tuned =
          new Tuner(base, settings)
              .in(bench.group())
              .listener(listener)
              .stopWhen(bench::stopRequested)
              .checkpoints(checkpoint, true)
              .tune(data)) {
        if (tuned.training().interrupted()) {
          return false;
        }
        if (bench.group().rank() == 0) {
          keep(tuned, data, settings, bench.folder());
        }
        return true;
      } catch (UserError e) {
        String sentence = Objects.requireNonNullElse(e.getMessage(), "");
        throw new UserError(sentence.replace(checkpoint.toString(), ITS_FOLDER), e);
      }
    }

    private static void keep(TunedModel tuned, Dataset data, TuneSettings settings, Path folder) {
      FinishedRuns<Fitted> folders = new FinishedRuns<>(folder, Fitted.class);
      long unused =
          AdapterFolder.save(
              folders.adapter(RUN), tuned.model(), tuned.provenance(data, settings, Map.of()));
      folders.keep(RUN, new Fitted(tuned.training(), tuned.validation(), tuned.trainable()));
    }
  }
}
