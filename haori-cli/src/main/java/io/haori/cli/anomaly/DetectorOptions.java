package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.model.TextBase;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which detector is asked, and from which score on a picture is anomalous. */
final class DetectorOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "A folder of haori anomaly fit.")
  Path model;

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description = "A picture with a higher score is anomalous (default: that of the fit).")
  @Nullable Double threshold;

  /** A base with a detector on it. */
  record Opened(TextBase base, AnomalyDetector detector, double threshold)
      implements AutoCloseable {
    @Override
    public void close() {
      detector.close();
      base.close();
    }
  }

  /** Opens both. */
  Opened open(Session session, CommonOptions common) {
    Double chosen = threshold;
    require(
        chosen == null || (chosen >= 0 && chosen <= Double.MAX_VALUE),
        "--threshold",
        "finite and at least 0",
        String.valueOf(chosen));
    AnomalyFolder.Base fitted = AnomalyFolder.base(model);
    TextBase base = new EngineSetup(session, common).open(common.baseOr(fitted.name()), DType.F32);
    try {
      AnomalyDetector detector = AnomalyFolder.load(model, base);
      return new Opened(base, detector, chosen == null ? detector.threshold() : chosen);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }
}
