package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
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
import io.haori.training.data.RecordedSplit;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
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

  /**
   * Learns and stores.
   *
   * @param data prompts and answers
   * @param settings of the causal objective
   * @param start of the command
   */
  int run(PromptedDataset data, PretrainSettings settings, Instant start) {
    return run(
        data, (learning, done) -> learning.train(settings, "", done), settings.baseForm(), start);
  }

  /**
   * Learns in some way and stores.
   *
   * @param data prompts and answers
   * @param way how, once the base is open
   * @param form how the base is kept
   * @param start of the command
   */
  public int run(PromptedDataset data, AnswerWay way, BaseForm form, Instant start) {
    String name = common.baseOr(CommonOptions.DEFAULT_BASE);
    requireDecoder(name, data);
    DataNotes.show(session, common, data);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      try (TextBase base = engine.open(name, form);
          AnswerLearning learning =
              new AnswerLearning(
                  session,
                  common,
                  way.command(),
                  base,
                  data,
                  out.resolve(CHECKPOINT),
                  resume,
                  interruption::requested)) {
        Stored stored = new Stored(base, data, way, interruption::requested);
        if (!way.learn(learning, stored::take)) {
          session
              .console()
              .err()
              .println("Interrupted; saved. Continue with: " + ShellWords.withResume(spec, resume));
          return ExitCode.INTERRUPTED;
        }
        learning.close();
        boolean whole = !interruption.requested();
        show(stored, base, way, learning.tokensPerSecond(), whole, start);
        return whole ? ExitCode.DONE : ExitCode.INTERRUPTED;
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

  /** Stores the module and lets it answer the test rows. */
  private final class Stored {
    private final TextBase base;
    private final PromptedDataset data;
    private final AnswerWay way;
    private final BooleanSupplier stopRequested;
    private AnswerWay.@Nullable Learnt learnt;
    private Map<String, Double> test = Map.of();
    private int asked;

    Stored(TextBase base, PromptedDataset data, AnswerWay way, BooleanSupplier stopRequested) {
      this.way = way;
      this.base = base;
      this.data = data;
      this.stopRequested = stopRequested;
    }

    void take(AnswerWay.Learnt taken) {
      learnt = taken;
      AdapterModule module = way.stored(taken.module(), base);
      try {
        store(taken, module);
      } finally {
        if (module != taken.module()) {
          module.close();
        }
      }
    }

    private void store(AnswerWay.Learnt taken, AdapterModule module) {
      Map<String, Object> described = new LinkedHashMap<>(taken.described());
      if (data.splitBy() != null) {
        described.put(RecordedSplit.SETTING, data.splitBy());
      }
      ModuleFolder.save(out, module, base, taken.result(), described, data.digests(), new float[0]);
      boolean tests = data.test() != null;
      DataFile rows = tests ? data.test() : data.validation();
      if (rows == null || (!tests && !way.looks(taken))) {
        return;
      }
      Generator generator = new Generator(base, module, taken.reading().precision());
      WrittenAnswers answers =
          WrittenAnswers.of(generator, base.tokenizer(), rows.rows(), stopRequested);
      if (answers.rows().isEmpty()) {
        return;
      }
      if (tests) {
        asked = answers.rows().size();
        test = answers.scores().byName();
      }
      if (way.looks(taken)) {
        session.note(common, "Answering without each module …");
        way.look(taken, base, rows, answers, stopRequested);
      }
    }
  }

  private void show(
      Stored stored,
      TextBase base,
      AnswerWay way,
      double tokensPerSecond,
      boolean whole,
      Instant start) {
    AnswerWay.Learnt learnt = stored.learnt;
    if (learnt == null) {
      way.words().forEach(session.console().out()::println);
      if (common.json) {
        JsonResult json = new JsonResult(way.command()).put("method", "none");
        way.put(json);
        json.print(session.console(), session.secondsSince(start));
      }
      return;
    }
    DomainResult result = learnt.result();
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
    long bytes = FolderWalk.bytes(out);
    ModuleVersion version = whole ? registered(stored, way) : null;
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
                learnt.method(),
                base.name(),
                learnt.trainable(),
                ScoreText.bytes(bytes),
                place,
                register.adapter(out, version)));
    way.words().forEach(session.console().out()::println);
    way.print(session.console());
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
      json.put("method", learnt.method())
          .put("settings", learnt.settings())
          .put("trainable", learnt.trainable())
          .put("storedBytes", bytes)
          .put("validation", validation)
          .put("test", stored.test)
          .put("tokensPerSecond", Math.round(tokensPerSecond))
          .put("epochs", learnt.epochs());
      way.put(json);
      RegisterOptions.put(json, version);
      json.print(session.console(), session.secondsSince(start));
    }
  }

  private @Nullable ModuleVersion registered(Stored stored, AnswerWay way) {
    DataFile rows = stored.data.test();
    String digest = rows == null ? "" : rows.sha256();
    return register.register(
        session, out, stored.data.folder(), digest, stored.test, way.parents());
  }
}
