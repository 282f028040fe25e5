package io.haori.benchmarks;

import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.data.Dataset;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import io.haori.training.federated.SiteFit;
import io.haori.training.federated.SiteKey;
import io.haori.training.task.Predictions;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What sites gain by learning one model together: each alone, all rows in one place, and rounds of
 * each aggregation. Prints one tab separated line a way and round: way, round, mean accuracy over
 * the sites' test rows, the worst site's, lost energy, bytes that a site sends in all rounds so
 * far.
 *
 * <pre>{@code
 * FederatedStudy BASE DATA,DATA,DATA ROWS ROUNDS EPOCHS SEED
 * }</pre>
 *
 * {@code -Dthreads=1} computes on one thread.
 */
public final class FederatedStudy {
  private final TextBase base;
  private final List<Dataset> sites;
  private final TuneSettings settings;
  private final Path work;

  private FederatedStudy(TextBase base, List<Dataset> sites, TuneSettings settings, Path work) {
    this.base = base;
    this.sites = sites;
    this.settings = settings;
    this.work = work;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Engine.setThreads(Integer.getInteger("threads", 2));
    int rows = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    int epochs = Integer.parseInt(arguments[4]);
    long seed = Long.parseLong(arguments[5]);
    List<Dataset> sites =
        Stream.of(arguments[1].split(",", -1))
            .map(Path::of)
            .map(Dataset::read)
            .map(data -> data.withTrainRows(rows, seed))
            .toList();
    TuneSettings settings = TuneSettings.builder("lora").epochs(epochs).build().withSeed(seed);
    Path work = Files.createTempDirectory("federated");
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      FederatedStudy study = new FederatedStudy(base, sites, settings, work);
      study.alone();
      study.pooled();
      for (Aggregation aggregation : Aggregation.values()) {
        study.together(aggregation, rounds);
      }
    }
  }

  private void alone() {
    List<Double> accuracies = new ArrayList<>();
    for (Dataset site : sites) {
      try (TunedModel tuned = new Tuner(base, settings).tune(site)) {
        accuracies.add(accuracy(tuned.model(), site));
      }
    }
    print("alone", 0, accuracies, 0, 0);
  }

  /** All rows in one place, as nobody may have them. */
  private void pooled() throws IOException {
    Path folder = Files.createDirectory(work.resolve("pooled"));
    for (Dataset site : sites) {
      for (var split : List.of(site.train(), site.validation(), site.test())) {
        List<String> lines = Files.readAllLines(split.path());
        List<String> chosen =
            split.rows().stream().map(row -> lines.get((int) row.line() - 1)).toList();
        Files.write(
            folder.resolve(split.path().getFileName()),
            chosen,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
    try (TunedModel tuned = new Tuner(base, settings).tune(Dataset.read(folder))) {
      List<Double> accuracies = sites.stream().map(site -> accuracy(tuned.model(), site)).toList();
      print("pooled", 0, accuracies, 0, 0);
    }
  }

  private void together(Aggregation aggregation, int rounds) throws IOException {
    Path folder = work.resolve(aggregation.word() + "-0");
    RoundFolder.begin(
        folder,
        new Round(
            0,
            "study",
            new Round.Base(base.name(), base.digest()),
            settings,
            aggregation,
            List.of()));
    long sent = 0;
    for (int number = 1; number <= rounds; number++) {
      List<Path> updates = new ArrayList<>();
      for (int i = 0; i < sites.size(); i++) {
        Path update = work.resolve("site-" + i + ".update");
        var unused =
            new SiteFit(folder, base)
                .join(
                    sites.get(i),
                    "site-" + i,
                    SiteKey.at(work.resolve("site-" + i + ".pem")),
                    update)
                .orElseThrow();
        updates.add(update);
      }
      sent += Files.size(updates.get(0));
      Path next = work.resolve(aggregation.word() + "-" + number);
      Round round = RoundMerge.merge(folder, updates, base, next);
      folder = next;
      try (TextModel model =
          AdapterFolder.load(RoundFolder.model(next), base, settings.text().precision())) {
        List<Double> accuracies = sites.stream().map(site -> accuracy(model, site)).toList();
        print(
            aggregation.word(),
            number,
            accuracies,
            round.past().get(number - 1).lostEnergy(),
            sent);
      }
    }
  }

  private static double accuracy(TextModel model, Dataset site) {
    return Predictions.of(model, site.test()).scores().byName().getOrDefault("accuracy", 0.0);
  }

  private static void print(
      String way, int round, List<Double> accuracies, double lost, long bytes) {
    System.out.printf(
        Locale.ROOT,
        "%s\t%d\t%.4f\t%.4f\t%.5f\t%d%n",
        way,
        round,
        accuracies.stream().mapToDouble(Double::doubleValue).average().orElse(0),
        accuracies.stream().mapToDouble(Double::doubleValue).min().orElse(0),
        lost,
        bytes);
  }
}
