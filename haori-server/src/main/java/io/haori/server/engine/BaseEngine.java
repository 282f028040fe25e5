package io.haori.server.engine;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.generate.Generator;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.router.PreparedRows;
import io.haori.inference.router.Route;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.image.Pixels;
import io.haori.server.settings.Limits;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One base with the modules that sit on it. Owns the modules; the base is given and closed with it.
 */
public final class BaseEngine implements AutoCloseable {
  /** What the names in memory have after what people know. */
  private static final Pattern DIGEST = Pattern.compile("#[0-9a-f]{64}");

  private final TextBase base;
  private final LiveModel live;
  private final ResidentModules residents;
  private final ResidentDetectors detectors;
  private final BatchQueue queue;
  private final Executor loader;
  private final DType precision;
  private final ExecutorService writers;
  private volatile boolean closing;

  /** Of vectors that are wanted as they are: nobody asks it. */
  private final Heads unasked;

  /**
   * A base that answers from now on.
   *
   * @param base taken over
   * @param precision of the activations
   * @param moduleMemory bytes that its modules may take
   * @param limits of passes
   * @param loader reads modules; its threads must outlive this
   * @param answering runs what follows an answer
   * @param meters count what happens
   */
  public BaseEngine(
      TextBase base,
      DType precision,
      long moduleMemory,
      Limits limits,
      Executor loader,
      Executor answering,
      MeterRegistry meters) {
    this.base = base;
    this.loader = loader;
    this.precision = precision;
    this.writers = Writer.threads(base.name());
    int length = Math.min(TextOptions.DEFAULT_MAX_LENGTH, base.backbone().positions());
    live = new LiveModel(base, null, new TextOptions(Pooling.AUTO, length, precision), 0);
    residents =
        new ResidentModules(
            live,
            new ModuleReader(base, precision),
            loader,
            moduleMemory,
            new ResidencyMeters(meters, base.name()));
    detectors = new ResidentDetectors(base, moduleMemory);
    queue =
        new BatchQueue(base.name(), limits.batchTokens(), limits.batchWait(), answering, meters);
    unasked =
        Heads.create(
            DomainLabels.single(TaskCatalogue.REGRESSION, LabelSet.of(List.of())),
            base.backbone().width(),
            new Random(0));
    queue.start();
  }

  /** The base. */
  public TextBase base() {
    return base;
  }

  /** What is in memory. */
  public ResidentModules residents() {
    return residents;
  }

  /**
   * Computes rows in the next passes that have room.
   *
   * @param work all of whose modules are on this base
   * @param check looks at the task of the head before anything is computed, and may refuse it; not
   *     called when vectors are wanted
   * @return what came out; fails with a {@link io.haori.core.check.UserError} for what is wrong
   *     with the request and a {@link io.haori.server.problem.Refused} for what is not there
   */
  public CompletableFuture<Computed> compute(Work work, Consumer<Task> check) {
    return compute(work, check, false);
  }

  /**
   * The same, with what is seen of each row beside the predictions.
   *
   * @param work with a head
   * @param check as in {@link #compute}
   */
  public CompletableFuture<Computed> observe(Work work, Consumer<Task> check) {
    return compute(work, check, true);
  }

  private CompletableFuture<Computed> compute(Work work, Consumer<Task> check, boolean observed) {
    Set<ServedModule> needed = new LinkedHashSet<>(work.weights().keySet());
    ServedModule head = work.head();
    if (head != null) {
      needed.add(head);
    }
    return residents.lease(needed).thenCompose(snapshot -> submit(work, snapshot, check, observed));
  }

  /**
   * Lets the base write on from prompts, with modules that have no heads. At most {@value
   * Writer#THREADS} requests write at once, each beside the passes of others.
   *
   * @param weights modules that act together; none for the base alone
   * @param work writes; once its writer is not used any more, the modules may go
   * @param <T> what it gives
   * @return fails with a {@link UserError} where the base writes no text, or a module has a head
   */
  public <T> CompletableFuture<T> write(
      Map<ServedModule, Double> weights, Function<Writer, T> work) {
    return residents
        .lease(weights.keySet())
        .thenApplyAsync(
            snapshot -> {
              try (snapshot) {
                weights.keySet().forEach(module -> requireNoHead(module, snapshot));
                Map<String, Double> keys = new LinkedHashMap<>();
                weights.forEach((module, weight) -> keys.put(module.id().key(), weight));
                Adaptation adaptation = snapshot.vectorPass(keys, unasked).adaptation();
                return work.apply(
                    new Writer(base, new Generator(base, adaptation, precision), () -> closing));
              } catch (UserError e) {
                throw plain(e);
              }
            },
            writers);
  }

  private static void requireNoHead(ServedModule module, LiveSnapshot snapshot) {
    require(
        !snapshot.hasHeads(module.id().key()),
        "model",
        "a module of a decoder without a task's head, which answers with labels",
        module.id());
  }

  /**
   * Brings a version into memory.
   *
   * @param module on this base
   * @return what its heads answer; nothing when it has none
   */
  public CompletableFuture<Optional<DomainLabels>> preload(ServedModule module) {
    if (module.detector()) {
      return bring(module).thenApply(done -> Optional.empty());
    }
    return residents
        .lease(List.of(module))
        .thenApply(
            snapshot -> {
              try (snapshot) {
                String key = module.id().key();
                return snapshot.hasHeads(key)
                    ? Optional.of(snapshot.pass(key).heads().labels())
                    : Optional.empty();
              }
            });
  }

  /**
   * The labels that a version answers with; brings it into memory.
   *
   * @param module on this base
   * @return those of all its heads; empty for numbers, or without a head
   */
  public CompletableFuture<Set<String>> labels(ServedModule module) {
    return residents
        .lease(List.of(module))
        .thenApply(
            snapshot -> {
              try (snapshot) {
                String key = module.id().key();
                Set<String> labels = new LinkedHashSet<>();
                if (snapshot.hasHeads(key)) {
                  snapshot
                      .pass(key)
                      .heads()
                      .labels()
                      .heads()
                      .forEach(head -> labels.addAll(head.labels().names()));
                }
                return labels;
              }
            });
  }

  private CompletableFuture<Computed> submit(
      Work work, LiveSnapshot snapshot, Consumer<Task> check, boolean observed) {
    boolean submitted = false;
    try {
      requireHead(work, snapshot);
      Map<String, Double> weights = keys(work);
      ServedModule head = work.head();
      TextPass pass =
          head == null
              ? snapshot.vectorPass(weights, unasked)
              : snapshot.pass(new Route(weights, head.id().key()));
      if (head != null) {
        check.accept(pass.heads().labels().task());
      }
      CompletableFuture<Computed> answer =
          queue.submit(PreparedRows.of(pass, work.rows()), head == null, observed, snapshot::close);
      submitted = true;
      return answer;
    } catch (UserError e) {
      throw plain(e);
    } finally {
      if (!submitted) {
        snapshot.close();
      }
    }
  }

  /**
   * Computes rows by themselves and measures what each module does to each layer.
   *
   * @param work with a head, all of whose modules are on this base
   * @param check looks at the task of the head before anything is computed, and may refuse it
   * @return what came out; fails as {@link #compute} does
   */
  public CompletableFuture<Explained> explain(Work work, Consumer<Task> check) {
    Set<ServedModule> needed = new LinkedHashSet<>(work.weights().keySet());
    ServedModule head = Objects.requireNonNull(work.head());
    needed.add(head);
    return residents
        .lease(needed)
        .thenApplyAsync(
            snapshot -> {
              try (snapshot) {
                return explained(work, head, snapshot, check);
              } catch (UserError e) {
                throw plain(e);
              }
            },
            loader);
  }

  private static Explained explained(
      Work work, ServedModule head, LiveSnapshot snapshot, Consumer<Task> check) {
    requireHead(work, snapshot);
    TextPass pass = snapshot.pass(new Route(keys(work), head.id().key()));
    check.accept(pass.heads().labels().task());
    Map<ServedVersion, MeasuredAdaptation.Weighted> modules = new LinkedHashMap<>();
    work.weights()
        .forEach(
            (module, weight) ->
                modules.put(
                    module.id(),
                    new MeasuredAdaptation.Weighted(
                        snapshot
                            .vectorPass(Map.of(module.id().key(), 1.0), pass.heads())
                            .adaptation(),
                        weight)));
    MeasuredAdaptation measured = new MeasuredAdaptation(modules);
    TextPass explaining = new TextPass(pass.base(), measured, pass.heads(), pass.options());
    long tokens = explaining.tokenize(work.rows()).tokens();
    List<Prediction> predictions = explaining.predict(work.rows());
    return new Explained(pass.heads().labels().task(), predictions, measured.layers(), tokens);
  }

  /**
   * What is wanted of a detector of anomalies.
   *
   * @param threshold in the place of its own; null for its own
   * @param drawn whether the pictures are drawn
   */
  public record Detection(@Nullable Double threshold, boolean drawn) {}

  /**
   * Asks a detector of anomalies.
   *
   * @param module a detector on this base
   * @param rows of pictures
   * @param wanted of it
   * @return fails with a {@link UserError} for another module, a text and what is no picture
   */
  public CompletableFuture<Detected> detect(ServedModule module, List<Row> rows, Detection wanted) {
    require(
        module.detector(),
        "model",
        "a detector of anomalies",
        module.id() + ", which answers at /v1/classify or /v1/embeddings");
    return detectors.detect(module, rows, wanted);
  }

  /**
   * The threshold of a detector of anomalies.
   *
   * @param module a detector on this base
   */
  public CompletableFuture<Double> threshold(ServedModule module) {
    return detectors.use(module, AnomalyDetector::threshold);
  }

  /** Brings a version into memory, and reports when it is there. */
  public CompletableFuture<Void> bring(ServedModule module) {
    return module.detector()
        ? detectors.use(module, detector -> detector.kept()).thenAccept(kept -> {})
        : residents.preload(module);
  }

  /** Whether a version is in memory. */
  public boolean has(ServedVersion id) {
    return residents.has(id) || detectors.has(id);
  }

  /** Whether it reads pictures, not texts. */
  public boolean readsPictures() {
    return base.backbone().config().pictures() != null;
  }

  /**
   * Draws where a classifier looked at a picture for its most probable label.
   *
   * @param work with a head and one row, all of whose modules are on this base
   * @return the picture as the base saw it, in colour where it counted; fails as {@link #compute}
   *     does, and for a base of texts and a head of another task
   */
  public CompletableFuture<Pixels> heatMap(Work work) {
    Set<ServedModule> needed = new LinkedHashSet<>(work.weights().keySet());
    ServedModule head = Objects.requireNonNull(work.head());
    needed.add(head);
    return residents
        .lease(needed)
        .thenApplyAsync(
            snapshot -> {
              try (snapshot) {
                requireHead(work, snapshot);
                TextPass pass = snapshot.pass(new Route(keys(work), head.id().key()));
                return HeatMapPass.of(pass, work.rows().get(0));
              } catch (UserError e) {
                throw plain(e);
              }
            },
            loader);
  }

  private static Map<String, Double> keys(Work work) {
    Map<String, Double> weights = new LinkedHashMap<>();
    work.weights().forEach((module, weight) -> weights.put(module.id().key(), weight));
    return weights;
  }

  /** Without the digests that names have in memory. */
  private static UserError plain(UserError e) {
    String sentence = Objects.requireNonNullElse(e.getMessage(), "");
    return new UserError(DIGEST.matcher(sentence).replaceAll(""), e);
  }

  private static void requireHead(Work work, LiveSnapshot snapshot) {
    ServedModule head = work.head();
    if (head != null) {
      require(
          snapshot.hasHeads(head.id().key()),
          "model",
          "a version with a head for a task",
          head.id() + ", which has none; /v1/embeddings gives its vectors");
    }
  }

  /** Computes what waits, then frees modules and base. */
  @Override
  public void close() {
    closing = true;
    Writer.await(writers);
    detectors.close();
    queue.close();
    live.close();
    unasked.close();
    base.close();
  }
}
