package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.analysis.metrics.DetectionCurve;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.DetectionView;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.anomaly.FittedPictures;
import io.haori.inference.task.spi.Row;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import io.haori.training.data.Split;
import io.haori.training.data.summary.DataWarning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori anomaly evaluate}: how well anomalies are found. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says how well a detector separates anomalous pictures from good ones and, where masks of the"
          + " defects are there, how well it finds their pixels. Masks are in a folder for each"
          + " class, named as their pictures or with _mask behind the name, and white where the"
          + " defect is, as those of MVTec AD."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori anomaly evaluate --model castings-normal --data castings",
      "  haori anomaly evaluate --model reg:castings-normal@live --feedback"
    })
public final class AnomalyEvaluateCommand implements Callable<Integer> {
  private static final int AT_ONCE = 64;

  /** Pictures that a warning names. */
  private static final int NAMED = 3;

  private final Session session;

  @Mixin final DetectorOptions detector = new DetectorOptions();

  @Spec CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with class folders, in its folder test where it has one (default: none, with"
              + " --feedback).")
  @Nullable Path data;

  @Option(
      names = "--feedback",
      description =
          "In place of --data: count what people said to a server of the pictures that it scored,"
              + " by --model reg:… or --server.")
  boolean feedback;

  @Option(
      names = "--good",
      paramLabel = "CLASS",
      description = "The class of good pictures (default: that of the fit, else good or ok).")
  @Nullable String good;

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description =
          "Masks of the defects (default: the folder ground_truth of --data; none with --server).")
  @Nullable Path masks;

  @Option(
      names = "--record",
      description =
          "With --model reg:…: record the scores in the registry, where approval asks for them.")
  boolean record;

  @Mixin final DetectionView.Options costs = new DetectionView.Options();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyEvaluateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    check();
    if (feedback) {
      byFeedback(start);
    } else if (remote.server == null) {
      here(folder(), start);
    } else {
      there(folder(), start);
    }
    return ExitCode.DONE;
  }

  private void check() {
    common.check();
    detector.check();
    costs.check();
    remote.check();
    remote.refuse("--base", common.base);
    remote.refuse("--registry", detector.registry.given());
    remote.refuse("--masks", masks);
    require(!record || remote.server == null, "--record", "left out with --server", record);
    require(!record || !feedback, "--record", "left out with --feedback", record);
    boolean kept = CheckedOut.isReference(detector.model.name) || remote.server != null;
    require(
        !record || kept,
        "--model",
        "a version of a registry with --record, such as reg:castings-normal@3",
        detector.model.name);
    require(
        !feedback || kept,
        "--model",
        "a version of a registry with --feedback, such as reg:castings-normal@3",
        detector.model.name);
    if (feedback) {
      withFeedback("--data", data);
      withFeedback("--good", good);
      withFeedback("--masks", masks);
    }
  }

  private static void withFeedback(String name, @Nullable Object value) {
    require(value == null, name, "left out with --feedback", value + "");
  }

  private Path folder() {
    if (data == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--data is missing: haori anomaly evaluate needs it, or --feedback for what people said"
              + " to a server");
    }
    return data;
  }

  private void byFeedback(Instant start) {
    GivenVerdicts given = given();
    DetectionView view = view(given.curve(), given.threshold());
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Feedback on %s: %,d of %,d anomalous pictures were missed, %,d of %,d good ones"
                    + " were false alarms",
                given.id(),
                given.missed(),
                view.curve().positives(),
                given.falseAlarms(),
                view.curve().negatives()));
    view.print(session.console());
    if (common.json) {
      JsonResult json = new JsonResult("anomaly evaluate").put("module", given.id().toString());
      view.forJson().forEach(json::put);
      json.put("missed", given.missed())
          .put("falseAlarms", given.falseAlarms())
          .print(session.console(), session.secondsSince(start));
    }
  }

  private GivenVerdicts given() {
    if (remote.server != null) {
      return GivenVerdicts.of(remote.open(session.context()), detector.model.name);
    }
    String name = detector.model.name.substring(CheckedOut.PREFIX.length());
    try (Registry registry = detector.registry.open(session.context())) {
      return GivenVerdicts.of(registry, ModuleReference.parse(name));
    }
  }

  /** By a detector of a server, which says nothing of single pixels. */
  private void there(Path folder, Instant start) {
    LabelledImages images = images(folder, null);
    List<Double> anomalous = new ArrayList<>();
    List<Double> clean = new ArrayList<>();
    try (DetectorSource source =
        DetectorSource.remote(
            remote.open(session.context()), detector.model.name, detector.threshold)) {
      for (List<Row> some : parts(images.rows())) {
        List<DetectorSource.Scored> scored = source.score(some, false);
        for (int i = 0; i < some.size(); i++) {
          (images.isGood(some.get(i)) ? clean : anomalous).add(scored.get(i).score());
        }
      }
      DetectionView view =
          view(DetectionCurve.of(numbers(anomalous), numbers(clean)), source.threshold());
      DefectMasks none = new DefectMasks(null);
      Evaluation evaluation = evaluation(folder, images, images.digests(), view, none);
      show(view, none, evaluation, 0, start);
    }
  }

  private void here(Path folder, Instant start) {
    if (record) {
      RegisterOptions.evaluation(folder, Split.TEST, "", Map.of());
    }
    Path place = masks == null ? folder.resolve("ground_truth") : masks;
    require(masks == null || Files.isDirectory(place), "--masks", "a folder", place);
    DefectMasks defects = new DefectMasks(place);
    try (DetectorOptions.Opened opened = detector.open(session, common)) {
      LabelledImages images = images(folder, opened.good());
      List<Double> anomalous = new ArrayList<>();
      List<Double> clean = new ArrayList<>();
      List<ObservedRow> seen = new ArrayList<>();
      for (List<Row> some : parts(images.rows())) {
        List<AnomalyDetector.Scored> scored = opened.detector().observe(some);
        for (int i = 0; i < some.size(); i++) {
          boolean isGood = images.isGood(some.get(i));
          AnomalyMap map = scored.get(i).map();
          (isGood ? clean : anomalous).add(map.score());
          defects.add(some.get(i), isGood, map, opened.detector());
          if (isGood) {
            seen.add(scored.get(i).seen());
          }
        }
      }
      DetectionView view =
          view(DetectionCurve.of(numbers(anomalous), numbers(clean)), opened.threshold());
      List<String> digests = images.digests();
      Evaluation evaluation = evaluation(folder, images, digests, view, defects);
      int learnt = warnOfLearnt(images, digests, opened.pictures());
      ModuleVersion version = opened.version();
      Optional<DriftProfile> profile = AnomalyFitCommand.profile(seen);
      if (record && version != null) {
        record(version, evaluation, profile);
      } else {
        RegisterOptions.writeProfile(session, profile);
      }
      show(view, defects, evaluation, learnt, start);
    }
  }

  /** Of pictures that say nothing about new ones; how many they are. */
  private int warnOfLearnt(LabelledImages images, List<String> digests, FittedPictures fitted) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < digests.size(); i++) {
      if (fitted.has(digests.get(i))) {
        names.add(images.rows().get(i).text());
      }
    }
    if (!names.isEmpty()) {
      DataWarning warning =
          new DataWarning(
              "learnt",
              names.size(),
              names.size()
                  + " of "
                  + images.rows().size()
                  + " pictures are those of the fit, so they say nothing about new ones",
              names.subList(0, Math.min(NAMED, names.size())));
      session.console().err().println("Warning: " + DataNotes.sentence(warning) + ".");
    }
    return names.size();
  }

  private static List<List<Row>> parts(List<Row> rows) {
    List<List<Row>> parts = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += AT_ONCE) {
      parts.add(rows.subList(from, Math.min(rows.size(), from + AT_ONCE)));
    }
    return parts;
  }

  /** At a threshold that only higher scores are anomalous by. */
  private DetectionView view(DetectionCurve curve, double own) {
    Double chosen = detector.threshold;
    return new DetectionView(curve, "anomalous", chosen == null ? own : chosen, costs, true);
  }

  private static Evaluation evaluation(
      Path folder,
      LabelledImages images,
      List<String> digests,
      DetectionView view,
      DefectMasks defects) {
    return RegisterOptions.evaluation(
        folder, Split.TEST, images.digest(digests), scores(view, defects));
  }

  private LabelledImages images(Path folder, @Nullable String fitted) {
    LabelledImages images = LabelledImages.read(folder, "test", good, fitted);
    int goodOnes = images.goodRows().size();
    if (goodOnes == 0 || goodOnes == images.rows().size()) {
      throw Check.in(
          images.folder(),
          "must have good and anomalous pictures in class folders, has "
              + goodOnes
              + " good ones of "
              + images.rows().size());
    }
    return images;
  }

  /** What approval may ask for, by the names of {@code --json}. */
  private static Map<String, Double> scores(DetectionView view, DefectMasks defects) {
    DetectionCurve curve = view.curve();
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("auroc", curve.areaUnderRoc());
    scores.put("averagePrecision", curve.averagePrecision());
    DetectionCurve.Point inUse = view.inUse();
    scores.put("recall", inUse.recall());
    scores.put("falseAlarmRate", inUse.falseAlarmRate());
    defects.areaUnderRoc().ifPresent(area -> scores.put("pixelAuroc", area));
    return scores;
  }

  private void record(
      ModuleVersion version, Evaluation evaluation, Optional<DriftProfile> profile) {
    try (Registry registry = detector.registry.open(session.context())) {
      registry.lifeCycle().evaluated(version.id(), evaluation);
      profile.ifPresent(
          found -> RegisterOptions.setReference(registry, version.id(), evaluation, found));
    }
    session.note(common, "Recorded for " + version.id() + ".");
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private void show(
      DetectionView view, DefectMasks defects, Evaluation evaluation, int learnt, Instant start) {
    view.print(session.console());
    OptionalDouble pixels = defects.areaUnderRoc();
    if (pixels.isPresent()) {
      session
          .console()
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "Area under the ROC curve of pixels %.4f (%,d pictures with masks)",
                  pixels.getAsDouble(),
                  defects.masked()));
    }
    if (common.json) {
      JsonResult json = new JsonResult("anomaly evaluate");
      view.forJson().forEach(json::put);
      json.put("pixelAuroc", pixels.isPresent() ? pixels.getAsDouble() : null)
          .put("masked", defects.masked())
          .put("learnt", learnt)
          .put("scores", evaluation.scores())
          .put("dataDigest", evaluation.dataDigest())
          .print(session.console(), session.secondsSince(start));
    }
  }
}
