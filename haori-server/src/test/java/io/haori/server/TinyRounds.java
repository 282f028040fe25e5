package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.SiteFit;
import io.haori.training.federated.SiteKey;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Rounds on a tiny base, and what their sites do. */
final class TinyRounds {
  private final Path folder;
  private final TextBase base;
  private final Dataset data;

  TinyRounds(Path folder, TextBase base) {
    this.folder = folder;
    this.base = base;
    try {
      data = Dataset.read(TinyBase.data(folder.resolve("data"), 24, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes round 0. */
  Path begin(String name, Aggregation aggregation) {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", 2)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .batchSize(8)
            .epochs(1)
            .headStart(HeadStart.PROBE)
            .build();
    Path round = folder.resolve(name);
    RoundFolder.begin(
        round,
        new Round(
            0,
            name.repeat(4),
            new Round.Base(base.name(), base.digest()),
            settings,
            aggregation,
            List.of()));
    return round;
  }

  /** The file of a site's key. */
  Path key(String site) {
    return folder.resolve(site + ".pem");
  }

  /** Names of the labels that all sites have. */
  List<String> labels() {
    return data.labels().heads().get(0).labels().names();
  }

  /** Learns from a site's rows and writes its update. */
  Path join(Path round, String site, int rows) {
    Path out = folder.resolve(round.getFileName() + "-" + site + ".update");
    assertThat(
            new SiteFit(round, base)
                .join(data.withTrainRows(rows, 1), site, SiteKey.at(key(site)), out))
        .isPresent();
    return out;
  }

  /** The same with masks. */
  Path masked(Path round, Path collected, String site) {
    Path out = folder.resolve(round.getFileName() + "-" + site + ".masked");
    assertThat(
            new SiteFit(round, base)
                .masked(collected, key(site))
                .join(data, site, SiteKey.at(key(site)), out))
        .isPresent();
    return out;
  }
}
