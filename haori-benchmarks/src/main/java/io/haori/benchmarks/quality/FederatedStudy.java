package io.haori.benchmarks.quality;

import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.choice.Candidates;
import io.haori.training.data.Dataset;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import io.haori.training.federated.SiteFit;
import io.haori.training.federated.SiteKey;
import io.haori.training.privacy.NoisySteps;
import io.haori.training.privacy.Privacy;
import io.haori.training.privacy.PrivacyAccountant;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What sites gain by learning one model together. Prints one tab separated line a way and round:
 * seed, way, round, mean accuracy over the sites' test rows, the worst site's, lost energy, bytes
 * that a site sends in all rounds so far.
 *
 * <pre>{@code
 * FederatedStudy BASE DATA,DATA,DATA ROWS ROUNDS EPOCHS SEED WAY …
 * }</pre>
 *
 * Ways: {@code alone} (each site from its own rows, as many epochs as all rounds), {@code pooled}
 * (all rows in one place, as many epochs), {@code mix} (each site mixes the modules of all, learnt
 * alone in the epochs of all rounds; once), and the aggregations {@code stack}, {@code shared-a},
 * {@code average}, with {@code :8} behind it for ε = 8 over all rounds at δ = 1e-3. {@code
 * -Dthreads=1} computes on one thread, {@code -DtestRows=100} and {@code -DvalidationRows=20} take
 * that many rows of larger splits, {@code -Dlength=64} cuts texts to 64 tokens.
 */
public final class FederatedStudy {
  /** Probability with which the bound may not hold; less than one in the rows of a site. */
  private static final double DELTA = 1e-3;

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
    int validationRows = Integer.getInteger("validationRows", Integer.MAX_VALUE);
    int testRows = Integer.getInteger("testRows", Integer.MAX_VALUE);
    List<Dataset> sites =
        Stream.of(arguments[1].split(",", -1))
            .map(Path::of)
            .map(Dataset::read)
            .map(data -> FewRows.asked(data.withTrainRows(rows, seed), validationRows, testRows))
            .toList();
    int length = Integer.getInteger("length", TextOptions.DEFAULT_MAX_LENGTH);
    TextOptions usual = TextOptions.usual();
    TextOptions text = new TextOptions(usual.pooling(), length, usual.precision());
    TuneSettings settings =
        TuneSettings.builder("lora").epochs(epochs).build().withSeed(seed).withText(text);
    try (TextBase base = TextBase.open(arguments[0], text.precision(), FetchListener.SILENT)) {
      for (String way : List.of(arguments).subList(6, arguments.length)) {
        Path work = Files.createTempDirectory("federated");
        new FederatedStudy(base, sites, settings, work).run(way, rounds);
      }
    }
  }

  private void run(String way, int rounds) throws IOException {
    switch (way) {
      case "alone" -> alone(rounds);
      case "pooled" -> pooled(rounds);
      case "mix" -> mix(rounds);
      default -> {
        String[] parts = way.split(":", 2);
        Double epsilon = parts.length == 2 ? Double.valueOf(parts[1]) : null;
        together(way, Aggregation.parse("way", parts[0]), epsilon, rounds);
      }
    }
  }

  /** With as many epochs as all rounds have together. */
  private TuneSettings inAllRounds(int rounds) {
    return settings.withLoop(settings.loop().withEpochs(rounds * settings.loop().epochs()));
  }

  private void alone(int rounds) {
    List<Double> accuracies = new ArrayList<>();
    for (Dataset site : sites) {
      try (TunedModel tuned = new Tuner(base, inAllRounds(rounds)).tune(site)) {
        accuracies.add(accuracy(tuned.model(), site));
      }
    }
    print("alone", 0, accuracies, 0, 0);
  }

  /** All rows in one place, as nobody may have them. */
  private void pooled(int rounds) throws IOException {
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
    try (TunedModel tuned = new Tuner(base, inAllRounds(rounds)).tune(Dataset.read(folder))) {
      List<Double> accuracies = sites.stream().map(site -> accuracy(tuned.model(), site)).toList();
      print("pooled", 0, accuracies, 0, 0);
    }
  }

  /** Each site sends its module to the others once, and learns a mix of all for itself. */
  private void mix(int rounds) throws IOException {
    List<Path> folders = new ArrayList<>();
    long sent = 0;
    for (int i = 0; i < sites.size(); i++) {
      Path folder = work.resolve("module-" + i);
      try (TunedModel tuned = new Tuner(base, inAllRounds(rounds)).tune(sites.get(i))) {
        sent =
            AdapterFolder.save(
                folder, tuned.model(), tuned.provenance(sites.get(i), settings, Map.of()));
      }
      folders.add(folder);
    }
    List<MixedModule> modules = MixFolder.open(folders, base.backbone());
    DomixConfig config = DomixConfig.DEFAULT.withStart(BridgeStart.MODULES);
    List<Double> accuracies = new ArrayList<>();
    for (Dataset site : sites) {
      TuneSettings mixed =
          Candidates.mix("mix", new DomixMethod(config, modules), inAllRounds(rounds)).settings();
      try (TunedModel tuned = new Tuner(base, mixed).tune(site)) {
        accuracies.add(accuracy(tuned.model(), site));
      }
    }
    modules.forEach(one -> one.module().close());
    print("mix", 1, accuracies, 0, sent);
  }

  private void together(String way, Aggregation aggregation, @Nullable Double epsilon, int rounds)
      throws IOException {
    Path folder = work.resolve("round-0");
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
        Files.deleteIfExists(update);
        Privacy privacy = epsilon == null ? null : ofOneRound(sites.get(i), epsilon, rounds);
        var unused =
            new SiteFit(folder, base)
                .privately(privacy)
                .join(
                    sites.get(i),
                    "site-" + i,
                    SiteKey.at(work.resolve("site-" + i + ".pem")),
                    update)
                .orElseThrow();
        updates.add(update);
      }
      sent += Files.size(updates.get(0));
      Path next = work.resolve("round-" + number);
      Round round = RoundMerge.merge(folder, updates, base, next);
      folder = next;
      try (TextModel model =
          AdapterFolder.load(RoundFolder.model(next), base, settings.text().precision())) {
        List<Double> accuracies = sites.stream().map(site -> accuracy(model, site)).toList();
        print(way, number, accuracies, round.past().get(number - 1).lostEnergy(), sent);
      }
    }
  }

  /** What one round may give away so that all of them together stay within ε. */
  private Privacy ofOneRound(Dataset site, double epsilon, int rounds) {
    int rows = site.train().rows().size();
    double low = epsilon / rounds / 4;
    double high = epsilon;
    while (high / low > 1.01) {
      double middle = Math.sqrt(low * high);
      NoisySteps steps =
          new Privacy(middle, DELTA, Privacy.DEFAULT_CLIP)
              .steps(rows, settings.batchSize(), settings.loop().epochs());
      if (PrivacyAccountant.epsilon(Collections.nCopies(rounds, steps), DELTA) > epsilon) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return new Privacy(low, DELTA, Privacy.DEFAULT_CLIP);
  }

  private static double accuracy(TextModel model, Dataset site) {
    return Predictions.of(model, site.test()).scores().byName().getOrDefault("accuracy", 0.0);
  }

  private void print(String way, int round, List<Double> accuracies, double lost, long bytes) {
    System.out.printf(
        Locale.ROOT,
        "%d\t%s\t%d\t%.4f\t%.4f\t%.5f\t%d%n",
        settings.loop().seed(),
        way,
        round,
        accuracies.stream().mapToDouble(Double::doubleValue).average().orElse(0),
        accuracies.stream().mapToDouble(Double::doubleValue).min().orElse(0),
        lost,
        bytes);
  }
}
