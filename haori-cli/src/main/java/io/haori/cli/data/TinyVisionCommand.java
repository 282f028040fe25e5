package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.family.vit.NewVit;
import io.haori.training.augment.Alteration;
import io.haori.training.augment.Augmentation;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.optim.Schedule;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data tiny-vit}: a small vision transformer that anyone can make. */
@Command(
    name = "tiny-vit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a small vision transformer from nothing: all of its weights learn to sort the pictures"
          + " of a dataset, in some minutes. The folder is an ordinary Hugging Face base, to try"
          + " every feature for pictures on."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori data tiny-vit --data digits/base --out tiny")
public final class TinyVisionCommand implements Callable<Integer> {

  /** Patch, width, layers, heads and width inside the feed-forward part by name. */
  private static final Map<String, List<Integer>> SIZES =
      Map.of(
          "small", List.of(7, 64, 4, 4, 128),
          "fine", List.of(4, 64, 4, 4, 128),
          "nano", List.of(7, 32, 2, 2, 64));

  private static final double LEARNING_RATE = 3e-3;

  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "A dataset of pictures with classes.")
  Path data;

  @Mixin final MadeBase made = new MadeBase();

  @Option(
      names = "--size",
      paramLabel = "NAME",
      defaultValue = "small",
      description =
          "small (0.1 million numbers, patches of 7 pixels), fine (patches of 4, for finer heat"
              + " maps, at twice the time) or nano (for tests) (default: ${DEFAULT-VALUE}).")
  String size;

  @Option(
      names = "--side",
      paramLabel = "N",
      defaultValue = "28",
      description = "Height and width of the pictures, in pixels (default: ${DEFAULT-VALUE}).")
  int side;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Passes over the pictures and as many altered copies (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public TinyVisionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    require(SIZES.containsKey(size), "--size", "small, fine or nano", size);
    require(epochs >= 1, "--epochs", "at least 1", epochs);
    MadeBase.check(common);
    List<Integer> numbers = SIZES.getOrDefault(size, List.of());
    require(
        side >= numbers.get(0) && side % numbers.get(0) == 0 && side <= 512,
        "--side",
        "a multiple of " + numbers.get(0) + " and at most 512",
        side);
    NewVit shape =
        new NewVit(
            side, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3), numbers.get(4));
    Dataset dataset = Dataset.read(data);
    if (!dataset.train().isOfPictures()) {
      throw Check.in(data, "must be a dataset of pictures");
    }
    OutFolder.requireReplaceable(made.out, made.force.force);
    session.claim(made.out);
    Path begun = Files.createTempDirectory("haori-tiny-vit");
    try {
      shape.write(begun, common.seed);
      return train(shape, dataset, begun, start);
    } finally {
      AtomicFiles.delete(begun);
    }
  }

  private int train(NewVit shape, Dataset dataset, Path begun, Instant start) {
    TuneSettings settings =
        TuneSettings.builder("full")
            .epochs(epochs)
            .learningRate(LEARNING_RATE)
            .schedule(Schedule.Shape.COSINE)
            .headStart(HeadStart.RANDOM)
            .build()
            .withAugmentation(new Augmentation(Set.of(Alteration.CROP, Alteration.ROTATE)))
            .withSeed(common.seed);
    EngineSetup engine = new EngineSetup(session, common);
    try (Interruption interruption = Interruption.ofProcess(session.console());
        TextBase base = engine.open(begun.toString(), DType.F32);
        StepProgress view = new StepProgress(session, common, "tiny-vit");
        TunedModel tuned =
            new Tuner(base, settings)
                .listener(shownBy(view))
                .stopWhen(interruption::requested)
                .tune(dataset)) {
      view.close();
      if (interruption.requested()) {
        session.console().err().println("Interrupted; nothing was written.");
        return ExitCode.INTERRUPTED;
      }
      double accuracy = Predictions.of(tuned.model(), dataset.test()).scores().primary();
      made.write(base, "data tiny-vit", size, settings.toJson());
      show(shape, dataset, accuracy, start);
      return ExitCode.DONE;
    }
  }

  private static LoopListener shownBy(StepProgress view) {
    return new LoopListener() {
      @Override
      public void onStep(Step step) {
        view.at(step.step(), step.steps(), String.format(Locale.ROOT, "loss %.3f", step.loss()));
      }
    };
  }

  private void show(NewVit shape, Dataset dataset, double accuracy, Instant start) {
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,.1f million numbers in %s learnt %,d pictures; %.1f %% of %,d test pictures are"
                    + " sorted right",
                shape.parameters() / 1e6,
                made.out,
                dataset.train().rows().size(),
                100 * accuracy,
                dataset.test().rows().size()));
    if (common.json) {
      new JsonResult("data tiny-vit")
          .put("parameters", shape.parameters())
          .put("pictures", dataset.train().rows().size())
          .put("accuracy", accuracy)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
