package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.weights.DType;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.anomaly.AnomalySettings;
import io.haori.inference.anomaly.FitListener;
import io.haori.inference.anomaly.FittedPictures;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.registry.version.ModuleVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori anomaly fit}: learns what good pictures look like. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Learns what good pictures look like, patch by patch, from good pictures alone (PatchCore)."
          + " Nothing of the base is trained."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori anomaly fit --base models/dinov2-small --data castings --out castings-normal",
      "  haori anomaly fit --base models/dinov2-small --data castings --name castings-normal"
    })
public final class AnomalyFitCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "A folder of good pictures, or with class folders of which one is good; its folder train"
              + " where it has one.")
  Path data;

  @Option(
      names = "--good",
      paramLabel = "CLASS",
      description = "The class of good pictures (default: good or ok, or the only class).")
  @Nullable String good;

  @Mixin final DetectorOut made = new DetectorOut();

  @Option(
      names = "--layers",
      paramLabel = "N,N",
      split = ",",
      description =
          "Layers whose states describe a patch, counted from 1 (default: the one in the middle and"
              + " the one after three quarters).")
  @Nullable List<Integer> layers;

  @Option(
      names = "--neighbourhood",
      paramLabel = "N",
      description =
          "Side of the square of patches whose mean describes the one in its middle (default: "
              + AnomalySettings.DEFAULT_NEIGHBOURHOOD
              + ").")
  int neighbourhood = AnomalySettings.DEFAULT_NEIGHBOURHOOD;

  @Option(
      names = "--keep",
      paramLabel = "SHARE",
      description =
          "Share of the patches that are kept (default: " + AnomalySettings.DEFAULT_SHARE + ").")
  double keep = AnomalySettings.DEFAULT_SHARE;

  @Option(
      names = "--neighbours",
      paramLabel = "N",
      description =
          "Kept patches that a picture's score is weighted by; 1 for no weights (default: "
              + AnomalySettings.DEFAULT_NEIGHBOURS
              + ").")
  int neighbours = AnomalySettings.DEFAULT_NEIGHBOURS;

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description =
          "Share of the good pictures that set the threshold and are not learnt from (default: "
              + AnomalySettings.DEFAULT_HELD_OUT
              + ").")
  double heldOut = AnomalySettings.DEFAULT_HELD_OUT;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyFitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    Path out = made.folder(spec);
    require(common.base != null, "--base", "given: a base that reads pictures", "nothing");
    LabelledImages images = LabelledImages.read(data, "train", good);
    made.check(session, data);
    EngineSetup engine = new EngineSetup(session, common);
    try (TextBase base = engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), DType.F32)) {
      AnomalySettings settings = settings(base);
      List<ObservedRow> held = new ArrayList<>();
      try (AnomalyDetector detector = fit(base, images.goodRows(), settings, held)) {
        List<String> digests = images.digests();
        AnomalyFolder.write(
            out, detector, base, images.good(), FittedPictures.of(images.ofGood(digests)));
        Optional<DriftProfile> profile = profile(held);
        String digest = images.digest(digests);
        notePassedOver(images);
        ModuleVersion version = made.register(session, out, data, digest, profile);
        show(detector, new Result(out, version, digest, profile.isPresent()), start);
      }
    }
    return ExitCode.DONE;
  }

  private void notePassedOver(LabelledImages images) {
    int passedOver = images.rows().size() - images.goodRows().size();
    if (passedOver > 0) {
      session.note(
          common,
          passedOver
              + " pictures of other classes than "
              + images.good()
              + " are not learnt from.");
    }
  }

  private AnomalySettings settings(TextBase base) {
    return new AnomalySettings(
        layers == null
            ? AnomalySettings.usualLayers(base.backbone().layers())
            : new ArrayList<>(layers),
        neighbourhood,
        keep,
        neighbours,
        heldOut,
        common.seed);
  }

  private AnomalyDetector fit(
      TextBase base, List<Row> rows, AnomalySettings settings, List<ObservedRow> held) {
    try (FitProgress progress = new FitProgress(rows.size(), held)) {
      return AnomalyDetector.fit(base, rows, settings, progress);
    }
  }

  /** Shows how far a fit is: pictures read, then those scored by what others taught. */
  private final class FitProgress implements FitListener, AutoCloseable {
    private final int pictures;
    private final List<ObservedRow> held;
    private Progress progress;
    private boolean read;
    private int scored;

    FitProgress(int pictures, List<ObservedRow> held) {
      this.pictures = pictures;
      this.held = held;
      this.progress = session.progress(common, "Reading pictures", 0, pictures);
    }

    @Override
    public void read(int done, int all) {
      progress.at(done, "pictures read");
      read = done == all;
    }

    @Override
    public int wanted() {
      return DriftProfile.LEAST_ROWS;
    }

    @Override
    public void heldOut(ObservedRow seen) {
      if (read) {
        if (scored == 0) {
          progress.close();
          progress =
              session.progress(common, "Scoring pictures", 0, Math.max(1, pictures - held.size()));
        }
        progress.at(++scored, "pictures scored");
      }
      held.add(seen);
    }

    @Override
    public void close() {
      progress.close();
    }
  }

  /** What live pictures are compared with; empty for too few. */
  static Optional<DriftProfile> profile(List<ObservedRow> good) {
    return good.size() < DriftProfile.LEAST_ROWS
        ? Optional.empty()
        : Optional.of(DriftProfile.of(good, 0));
  }

  private record Result(
      Path out, @Nullable ModuleVersion version, String digest, boolean watched) {}

  private void show(AnomalyDetector detector, Result result, Instant start) {
    AnomalyDetector.Fit fit = detector.fit();
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d of %,d patches of %,d good pictures are kept in %s",
                detector.kept(),
                fit.patches(),
                fit.learnt(),
                made.place(result.out(), result.version())));
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "A picture is anomalous with a score above %.4g, the highest of %,d good pictures",
                fit.threshold(),
                fit.heldOut() == 0 ? fit.learnt() : fit.heldOut()));
    if (fit.heldOut() == 0) {
      session
          .console()
          .err()
          .println(
              "Warning: the threshold is too low, as it was set by pictures that were learnt"
                  + " from.");
    }
    if (!result.watched()) {
      session.note(
          common,
          "Drift is not watched: that takes "
              + DriftProfile.LEAST_ROWS
              + " good pictures, here or of haori anomaly evaluate --record.");
    }
    if (common.json) {
      JsonResult json = new JsonResult("anomaly fit").put("out", result.out().toString());
      RegisterOptions.put(json, result.version());
      json.put("dataDigest", result.digest())
          .put("drift", result.watched())
          .put("learnt", fit.learnt())
          .put("heldOut", fit.heldOut())
          .put("patches", fit.patches())
          .put("kept", detector.kept())
          .put("layers", detector.settings().layers())
          .put("threshold", fit.threshold())
          .print(session.console(), session.secondsSince(start));
    }
  }
}
