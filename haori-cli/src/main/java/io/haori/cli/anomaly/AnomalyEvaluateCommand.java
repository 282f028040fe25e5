package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.analysis.metrics.DetectionCurve;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.DetectionView;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.task.spi.Row;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.version.ModuleVersion;
import io.haori.training.data.Split;
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
import picocli.CommandLine.Option;

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
    footer = "  haori anomaly evaluate --model castings-normal --data castings")
public final class AnomalyEvaluateCommand implements Callable<Integer> {
  private static final int AT_ONCE = 64;

  private final Session session;

  @Mixin final DetectorOptions detector = new DetectorOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "A folder with class folders, in its folder test where it has one.")
  Path data;

  @Option(
      names = "--good",
      paramLabel = "CLASS",
      description = "The class of good pictures (default: that of the fit, else good or ok).")
  @Nullable String good;

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description = "Masks of the defects (default: the folder ground_truth of --data).")
  @Nullable Path masks;

  @Option(
      names = "--record",
      description =
          "With --model reg:…: record the scores in the registry, where approval asks for them.")
  boolean record;

  @Mixin final DetectionView.Options costs = new DetectionView.Options();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyEvaluateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    costs.check();
    if (record) {
      require(
          CheckedOut.isReference(detector.model),
          "--model",
          "a version of a registry with --record, such as reg:castings-normal@3",
          detector.model);
      RegisterOptions.evaluation(data, Split.TEST, "", Map.of());
    }
    Path place = masks == null ? data.resolve("ground_truth") : masks;
    require(masks == null || Files.isDirectory(place), "--masks", "a folder", place);
    DefectMasks defects = new DefectMasks(place);
    try (DetectorOptions.Opened opened = detector.open(session, common)) {
      LabelledImages images = images(opened.good());
      List<Double> anomalous = new ArrayList<>();
      List<Double> clean = new ArrayList<>();
      List<ObservedRow> seen = new ArrayList<>();
      List<Row> rows = images.rows();
      for (int from = 0; from < rows.size(); from += AT_ONCE) {
        List<Row> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
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
      DetectionCurve curve = DetectionCurve.of(numbers(anomalous), numbers(clean));
      Evaluation evaluation =
          RegisterOptions.evaluation(
              data, Split.TEST, images.digest(), scores(curve, defects, opened.threshold()));
      ModuleVersion version = opened.version();
      Optional<DriftProfile> profile = AnomalyFitCommand.profile(seen);
      if (record && version != null) {
        record(version, evaluation, profile);
      } else {
        RegisterOptions.writeProfile(session, profile);
      }
      show(curve, defects, opened.threshold(), evaluation, start);
    }
    return ExitCode.DONE;
  }

  private LabelledImages images(@Nullable String fitted) {
    LabelledImages images = LabelledImages.read(data, "test", good, fitted);
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
  private static Map<String, Double> scores(
      DetectionCurve curve, DefectMasks defects, double threshold) {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("auroc", curve.areaUnderRoc());
    scores.put("averagePrecision", curve.averagePrecision());
    DetectionCurve.Point inUse = curve.at(threshold);
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
      DetectionCurve curve,
      DefectMasks defects,
      double threshold,
      Evaluation evaluation,
      Instant start) {
    DetectionView view = new DetectionView(curve, "anomalous", threshold, costs);
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
          .put("scores", evaluation.scores())
          .put("dataDigest", evaluation.dataDigest())
          .print(session.console(), session.secondsSince(start));
    }
  }
}
