package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.demo.WordNetTexts;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.core.digest.Sha256;
import io.haori.core.weights.DType;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Sampling;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.training.data.DataFile;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ObjectiveChoice;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori data tiny-lm}: a small language model that anyone can make. */
@Command(
    name = "tiny-lm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a small decoder from nothing: a Llama of 12 million numbers with a tokenizer of its"
          + " own learns WordNet's definitions and examples, all of its weights, in about an hour"
          + " of one core. The folder is an ordinary Hugging Face base, to try every feature of"
          + " decoders on."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  haori data tiny-lm --out tiny", "  haori data tiny-lm --size nano --out nano"})
public final class TinyLanguageModelCommand implements Callable<Integer> {
  private static final String NAME = "wordnet";
  private static final String START = "base";
  private static final String CHECKPOINT = "checkpoint";
  private static final int MAX_LENGTH = 96;

  /** What it is asked when it is done. */
  private static final List<String> PROMPTS = List.of("dog:", "winter,", "a person who");

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final MadeBase made = new MadeBase();

  @Option(
      names = "--size",
      paramLabel = "NAME",
      defaultValue = "small",
      description =
          "small (12 million numbers, 60,000 texts), nano (to try commands on, about a minute of"
              + " one core) or pico (for tests) (default: ${DEFAULT-VALUE}).")
  String size;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Passes over the texts (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Option(names = "--resume", description = "Continue the interrupted run in --out.")
  boolean resume;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public TinyLanguageModelCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    require(TinySize.words().contains(size), "--size", "small, nano or pico", size);
    require(epochs >= 1, "--epochs", "at least 1", epochs);
    MadeBase.check(common);
    TinySize chosen = TinySize.valueOf(size.toUpperCase(Locale.ROOT));
    OutFolder.requireReplaceable(made.out, made.force.force, resume);
    session.claim(made.out);
    EngineSetup engine = new EngineSetup(session, common);
    List<Row> rows = WordNetTexts.read(chosen.texts(), common.seed);
    Path begun = made.out.resolve(START);
    boolean goesOn = resume && Files.isDirectory(begun);
    if (!goesOn) {
      TinyStart.write(begun, rows, chosen, common.seed);
    }
    String digest = Sha256.of(rows.toString());
    DomainCorpus corpus =
        new DomainCorpus(NAME, List.of(new DataFile(Path.of("WordNet 3.1"), rows, digest)));
    PretrainSettings settings = settings(chosen, engine.precision());
    Samples samples = new Samples();
    try (Interruption interruption = Interruption.ofProcess(session.console());
        TextBase base = engine.open(begun.toString(), settings.baseForm());
        View view = new View()) {
      AtomicReference<DomainResult> learnt = new AtomicReference<>();
      view.whenLearnt(
          result -> {
            samples.take(base, settings.precision());
            made.write(base, "data tiny-lm", size, settings.toJson());
            learnt.set(result);
          });
      new Pretrainer(base, settings)
          .listener(view)
          .stopWhen(interruption::requested)
          .checkpoints(domain -> made.out.resolve(CHECKPOINT), goesOn)
          .run(List.of(corpus));
      DomainResult result = learnt.get();
      if (result == null) {
        view.close();
        session
            .console()
            .err()
            .println("Interrupted; saved. Continue with: " + ShellWords.withResume(spec, resume));
        return ExitCode.INTERRUPTED;
      }
      show(chosen, result, samples, view.tokensPerSecond, start);
      return ExitCode.DONE;
    }
  }

  private PretrainSettings settings(TinySize chosen, DType precision) {
    PretrainSettings usual = PretrainSettings.of(MethodCatalogue.create("full", Map.of()));
    return new PretrainSettings(
        ObjectiveChoice.CAUSAL,
        usual.method(),
        epochs,
        chosen.batchSize(),
        MAX_LENGTH,
        precision,
        usual.base(),
        AdamWConfig.DEFAULT.withLearningRate(chosen.learningRate()),
        usual.schedule(),
        usual.maxGradientNorm(),
        usual.dropout(),
        usual.heldOutShare(),
        usual.passTokens(),
        false,
        usual.checkpointEverySteps(),
        common.seed);
  }

  private void show(
      TinySize chosen,
      DomainResult result,
      Samples samples,
      double tokensPerSecond,
      Instant start) {
    double perplexity = Math.exp(result.lossEnd());
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,.1f million numbers in %s learnt %,d texts of %,d tokens; perplexity of %d"
                    + " held-out texts %.1f (before: %,.0f)",
                chosen.shape().parameters() / 1e6,
                made.out,
                result.texts(),
                result.tokens(),
                result.heldOut(),
                perplexity,
                Math.exp(result.lossStart())));
    samples.written.forEach(
        (prompt, text) -> session.console().out().println("  " + prompt + text.stripTrailing()));
    session.console().out().println("Ask it: haori chat --base " + made.out);
    if (common.json) {
      new JsonResult("data tiny-lm")
          .put("parameters", chosen.shape().parameters())
          .put("texts", result.texts())
          .put("tokens", result.tokens())
          .put("heldOut", result.heldOut())
          .put("perplexity", perplexity)
          .put("perplexityAtStart", Math.exp(result.lossStart()))
          .put("tokensPerSecond", Math.round(tokensPerSecond))
          .put("samples", samples.written)
          .print(session.console(), session.secondsSince(start));
    }
  }

  /** What the trained base writes on. */
  private static final class Samples {
    private final Map<String, String> written = new LinkedHashMap<>();

    void take(TextBase trained, DType precision) {
      Generator generator = new Generator(trained, Adaptation.NONE, precision);
      GenerationSettings settings = new GenerationSettings(24, Sampling.GREEDY, List.of("\n"), 0);
      for (String prompt : PROMPTS) {
        written.put(prompt, generator.generate(prompt, settings).text());
      }
    }
  }

  /** How far the training is. */
  private final class View implements PretrainListener, AutoCloseable {
    private final StepProgress progress = new StepProgress(session, common, "tiny-lm");
    private double tokensPerSecond;
    private Consumer<DomainResult> learnt = result -> {};

    /** Hands on how the base came out, while it has the learnt weights. */
    void whenLearnt(Consumer<DomainResult> newLearnt) {
      learnt = newLearnt;
    }

    @Override
    public void onModule(DomainResult result, AdapterModule module) {
      close();
      learnt.accept(result);
    }

    @Override
    public void onStep(int done, int total, List<String> active, double loss, double speed) {
      tokensPerSecond = speed;
      progress.at(
          done, total, String.format(Locale.ROOT, "loss %.3f, %,.0f tokens/s", loss, speed));
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
