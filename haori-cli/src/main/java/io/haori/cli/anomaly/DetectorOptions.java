package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.anomaly.FittedPictures;
import io.haori.inference.model.TextBase;
import io.haori.registry.version.ModuleVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which detector is asked, and from which score on a picture is anomalous. */
final class DetectorOptions {
  @Mixin final DetectorModel model = new DetectorModel();

  @Mixin final RegistryAddress registry = new RegistryAddress();

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description = "A picture with a higher score is anomalous (default: that of the fit).")
  @Nullable Double threshold;

  /**
   * A base with a detector on it.
   *
   * @param base closed with it
   * @param detector on the base
   * @param threshold in use
   * @param version of the registry; null for a folder
   * @param good the class of the pictures that it was fitted to; null where they had none
   * @param pictures that it was fitted to
   */
  record Opened(
      TextBase base,
      AnomalyDetector detector,
      double threshold,
      @Nullable ModuleVersion version,
      @Nullable String good,
      FittedPictures pictures)
      implements AutoCloseable {
    @Override
    public void close() {
      detector.close();
      base.close();
    }
  }

  /** Refuses a threshold that no score is compared with. */
  void check() {
    Double chosen = threshold;
    require(
        chosen == null || (chosen >= 0 && chosen <= Double.MAX_VALUE),
        "--threshold",
        "finite and at least 0",
        String.valueOf(chosen));
  }

  /** Opens both. */
  Opened open(Session session, CommonOptions common) {
    check();
    Double chosen = threshold;
    try (CheckedOut source = CheckedOut.of(model.name, registry, session.context())) {
      return open(source, chosen, session, common);
    }
  }

  private static Opened open(
      CheckedOut source, @Nullable Double chosen, Session session, CommonOptions common) {
    AnomalyFolder.Base fitted = AnomalyFolder.base(source.folder());
    TextBase base = new EngineSetup(session, common).open(common.baseOr(fitted.name()), DType.F32);
    try {
      AnomalyDetector detector = AnomalyFolder.load(source.folder(), base);
      return new Opened(
          base,
          detector,
          chosen == null ? detector.threshold() : chosen,
          source.version(),
          AnomalyFolder.good(source.folder()).orElse(null),
          AnomalyFolder.pictures(source.folder()));
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }
}
