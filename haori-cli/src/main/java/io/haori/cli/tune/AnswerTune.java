package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.core.files.FolderWalk;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.registry.version.ModuleVersion;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.data.DataFile;
import io.haori.training.data.PromptedDataset;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code haori tune} for rows of a prompt and its answer: a module of a decoder that learns to
 * write the answers, stored as one of {@code pretrain} is.
 *
 * @param session what the command runs in
 * @param common base, seed, precision
 * @param spec of the command
 * @param register whether the module gets into a registry
 * @param out gets the module
 * @param resume whether an interrupted run is continued
 */
public record AnswerTune(
    Session session,
    CommonOptions common,
    CommandSpec spec,
    RegisterOptions register,
    Path out,
    boolean resume) {
  private static final String CHECKPOINT = "checkpoint";

  /** What the module is called within its folder's files. */
  private static final String NAME = "answers";

  /** How a module learns, and what is kept of it. */
  public interface Way {
    /** The command's name. */
    default String command() {
      return "tune";
    }

    /**
     * How it learns.
     *
     * @param base that it is to sit on
     */
    PretrainSettings settings(TextBase base);

    /**
     * The module as it is stored.
     *
     * @param learnt stays with the caller
     * @param base that it sits on
     * @return the same, or one that the caller owns
     */
    default AdapterModule stored(AdapterModule learnt, TextBase base) {
      return learnt;
    }

    /** What is to be said of it, for a person. */
    default List<String> words() {
      return List.of();
    }

    /** The same for a program. */
    default void put(JsonResult json) {}
  }

  /**
   * Learns and stores.
   *
   * @param data prompts and answers
   * @param settings of the causal objective
   * @param start of the command
   */
  int run(PromptedDataset data, PretrainSettings settings, Instant start) {
    return run(data, base -> settings, settings.base().form(settings.precision()), start);
  }

  /**
   * Learns in some way and stores.
   *
   * @param data prompts and answers
   * @param way how, once the base is open
   * @param form how the base is kept
   * @param start of the command
   */
  public int run(PromptedDataset data, Way way, BaseForm form, Instant start) {
    String name = common.baseOr(CommonOptions.DEFAULT_BASE);
    requireDecoder(name, data);
    DataFile validation = data.validation();
    DomainCorpus corpus =
        new DomainCorpus(
            NAME, List.of(data.train()), validation == null ? List.of() : List.of(validation));
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      try (TextBase base = engine.open(name, form)) {
        PretrainSettings settings = way.settings(base);
        Pretrainer trainer = new Pretrainer(base, settings);
        try (Stored stored =
            new Stored(base, trainer, corpus, data, way, interruption::requested)) {
          Pretrainer.Outcome outcome =
              trainer
                  .listener(stored)
                  .stopWhen(interruption::requested)
                  .checkpoints(domain -> out.resolve(CHECKPOINT), resume)
                  .run(List.of(corpus));
          stored.close();
          if (outcome.interrupted()) {
            session
                .console()
                .err()
                .println(
                    "Interrupted; saved. Continue with: " + ShellWords.withResume(spec, resume));
            return ExitCode.INTERRUPTED;
          }
          boolean whole = !interruption.requested();
          show(stored, base, settings, outcome, way, whole, start);
          return whole ? ExitCode.DONE : ExitCode.INTERRUPTED;
        }
      }
    }
  }

  /** Says first what makes these rows need one. */
  private void requireDecoder(String name, PromptedDataset data) {
    require(
        common.base != null,
        "--base",
        "given for rows of prompt and completion as in " + data.train().path(),
        "nothing");
    Decoders.require(name, "which learns to write the completions of " + data.train().path());
  }

  /** Shows how it goes, stores the module and lets it answer the test rows. */
  private final class Stored implements PretrainListener, AutoCloseable {
    private final TextBase base;
    private final Pretrainer trainer;
    private final DomainCorpus corpus;
    private final PromptedDataset data;
    private final Way way;
    private final BooleanSupplier stopRequested;
    private @Nullable Progress progress;
    private @Nullable DomainResult result;
    private Map<String, Double> test = Map.of();
    private int asked;
    private long trainable;

    Stored(
        TextBase base,
        Pretrainer trainer,
        DomainCorpus corpus,
        PromptedDataset data,
        Way way,
        BooleanSupplier stopRequested) {
      this.way = way;
      this.base = base;
      this.trainer = trainer;
      this.corpus = corpus;
      this.data = data;
      this.stopRequested = stopRequested;
    }

    @Override
    public void onStep(
        int done, int total, List<String> active, double loss, double tokensPerSecond) {
      Progress shown = progress;
      if (shown == null) {
        shown = session.progress(common, way.command(), done - 1L, total);
        progress = shown;
      }
      shown.at(
          done, String.format(Locale.ROOT, "loss %.4g, %,.0f tokens/s", loss, tokensPerSecond));
    }

    @Override
    public void onModule(DomainResult learnt, AdapterModule trained) {
      result = learnt;
      trainable =
          trained.parameters().stream().mapToLong(one -> one.parameter().value().count()).sum();
      AdapterModule module = way.stored(trained, base);
      try {
        store(learnt, module);
      } finally {
        if (module != trained) {
          module.close();
        }
      }
    }

    private void store(DomainResult learnt, AdapterModule module) {
      ModuleFolder.save(
          out, module, base, learnt, trainer.settings(corpus), data.digests(), new float[0]);
      DataFile rows = data.test();
      if (rows != null) {
        Generator generator = new Generator(base, module, trainer.settings().precision());
        WrittenAnswers answers =
            WrittenAnswers.of(generator, base.tokenizer(), rows.rows(), stopRequested);
        asked = answers.rows().size();
        test = asked == 0 ? Map.of() : answers.scores().byName();
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }

  private void show(
      Stored stored,
      TextBase base,
      PretrainSettings settings,
      Pretrainer.Outcome outcome,
      Way way,
      boolean whole,
      Instant start) {
    DomainResult result = stored.result;
    if (result == null) {
      throw new IllegalStateException("no module");
    }
    new Table("", "the base", "with the module")
        .row(
            "perplexity of " + result.heldOut() + " held-out answers",
            String.format(Locale.ROOT, "%.2f", Math.exp(result.lossStart())),
            String.format(Locale.ROOT, "%.2f", Math.exp(result.lossEnd())))
        .print(session.console());
    if (!stored.test.isEmpty()) {
      session
          .console()
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%,d test prompts answered: %.1f %% exactly right, token F1 %.4f, ROUGE-L %.4f",
                  stored.asked,
                  100 * stored.test.getOrDefault("exactMatch", 0.0),
                  stored.test.getOrDefault("tokenF1", 0.0),
                  stored.test.getOrDefault("rougeL", 0.0)));
    }
    long bytes =
        FolderWalk.files(out).stream()
            .filter(Files::isRegularFile)
            .mapToLong(file -> file.toFile().length())
            .sum();
    ModuleVersion version = whole ? registered(stored) : null;
    String name = register.name;
    String place = version == null ? out.toString() : register.place(out, version);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s on %s: %,d trained numbers, %s in %s. Ask it: haori generate --adapter %s"
                    + " --prompt …",
                settings.method().name(),
                base.name(),
                stored.trainable,
                ScoreText.bytes(bytes),
                place,
                register.adapter(out, version)));
    way.words().forEach(session.console().out()::println);
    if (name != null && version == null) {
      session
          .console()
          .err()
          .println(
              "Interrupted before all test prompts were answered; the module is not in the registry"
                  + " yet: haori module add "
                  + ShellWords.quoted(out.toString())
                  + " --name "
                  + name);
    }
    if (common.json) {
      Map<String, Double> validation = new LinkedHashMap<>();
      validation.put("loss", result.lossEnd());
      validation.put("perplexity", Math.exp(result.lossEnd()));
      validation.put("perplexityOfBase", Math.exp(result.lossStart()));
      JsonResult json = new JsonResult(way.command());
      json.put("method", settings.method().name())
          .put("settings", settings.byName())
          .put("trainable", stored.trainable)
          .put("storedBytes", bytes)
          .put("validation", validation)
          .put("test", stored.test)
          .put("tokensPerSecond", Math.round(outcome.tokensPerSecond()))
          .put("epochs", settings.epochs());
      way.put(json);
      RegisterOptions.put(json, version);
      json.print(session.console(), session.secondsSince(start));
    }
  }

  private @Nullable ModuleVersion registered(Stored stored) {
    DataFile rows = stored.data.test();
    String digest = rows == null ? "" : rows.sha256();
    return register.register(session, out, stored.data.folder(), digest, stored.test);
  }
}
