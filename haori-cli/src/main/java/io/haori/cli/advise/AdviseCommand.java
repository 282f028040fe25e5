package io.haori.cli.advise;

import static io.haori.core.check.Check.require;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.PaybackSimulation;
import io.haori.cli.options.BudgetOptions;
import io.haori.cli.options.ClassOptions;
import io.haori.cli.options.ReadingOptions;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.model.backbone.Pooling;
import io.haori.registry.Registry;
import io.haori.training.baseline.Baselines;
import io.haori.training.choice.Candidates;
import io.haori.training.choice.Folds;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.LabelForecast;
import io.haori.training.choice.MethodChoice;
import io.haori.training.choice.MethodResults;
import io.haori.training.choice.MethodRule;
import io.haori.training.data.Dataset;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.Writing;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code haori advise}: what is there, what to try first, what it will take and whether it pays.
 */
@Command(
    name = "advise",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says before anything is trained what labelled rows are worth: what is in them and what is"
          + " doubtful, how well the frozen base alone answers rows that were held out, what more"
          + " labels would give, what to try first and how long that takes. With --costs also which"
          + " texts a person should decide, what is saved a month, and after how many months it has"
          + " paid for itself. Every number has an interval; \"stop\" is as good an answer as \"go"
          + " on\"."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori advise --data orders.xlsx",
      "  haori advise --data orders --corpus manuals.txt",
      "  haori advise --data orders --costs costs.yaml --out plan"
    })
public final class AdviseCommand implements Callable<Integer> {
  /** Fewer say nothing about shares of right answers. */
  private static final int FEWEST_ROWS = 20;

  /** More make the fits long and the figures hardly better. */
  private static final int MOST_ROWS = 500;

  /** Names the start from the nearest module of a registry. */
  static final String FROM = "from";

  private static final int MOST_NEAREST = 3;
  private static final int[] PARTS = {8, 4, 2, 1};
  private static final int REPEATS = 3;

  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      required = true,
      description =
          "Labelled rows: a folder with train, or one jsonl, csv, tsv or xlsx file. Test rows are"
              + " left for later.")
  Path data;

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Texts without labels, one a line or as jsonl, csv, tsv or xlsx: how many there are and"
              + " how far from the rows (default: none).")
  List<Path> corpora = List.of();

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description =
          "YAML with what texts, errors, people and machines cost (default: none, and nothing is"
              + " said about money).")
  @Nullable Path costsFile;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Also write a page, plan.html, and all figures, plan.json, here (default: print"
              + " only).")
  @Nullable Path out;

  @Option(
      names = "--registry",
      paramLabel = "DIR|URL",
      description =
          "Also look which modules of this registry are nearest to the rows (default: none).")
  @Nullable String registry;

  @Option(
      names = "--blobs",
      paramLabel = "DIR",
      description = "The files of a registry in a database (default: what HAORI_BLOBS says).")
  @Nullable Path blobs;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final ClassOptions classes = new ClassOptions();

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AdviseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    reading.check();
    if (out != null) {
      OutFolder.requireReplaceable(out, force.force);
    }
    Costs costs = costsFile == null ? null : CostsFile.read(costsFile);
    Dataset whole = Dataset.read(data, reading.options(common.seed, classes.labels)).learntWhole();
    requireEnough(whole);
    boolean pictures = whole.train().isOfPictures();
    require(!pictures || corpora.isEmpty(), "--corpus", "left out for pictures", corpora);
    Dataset rows = whole.withTrainRows(MOST_ROWS, common.seed);
    requireLabels(costs, rows);
    EngineSetup engine = new EngineSetup(session, common);
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    TuneSettings settings =
        TuneSettings.of(Baselines.lora())
            .withSeed(common.seed)
            .withText(
                new TextOptions(Pooling.AUTO, BudgetOptions.usualLength(base), engine.precision()));
    Advice advice;
    try (Interruption interruption = Interruption.ofProcess(session.console());
        TextBase opened = engine.open(base, engine.precision())) {
      DataNotes.show(session, common, whole, opened.reader(), settings.text().maxLength());
      TextOptions text = settings.text().forComparison(opened);
      HeldOutProbe probe = probe(opened, text, rows, interruption);
      if (probe == null) {
        session.console().err().println("Interrupted; nothing was written.");
        return ExitCode.INTERRUPTED;
      }
      List<NearestModules.Near> nearest = nearest(opened, engine, rows);
      // The project's own results are of texts.
      MethodRule.Named rule = pictures ? null : rule(probe, whole);
      Advice.First first = first(opened, rows, whole.train().rows().size(), settings, rule);
      Advice.Ground ground = ground(opened, whole, text, interruption);
      if (ground == null) {
        session.console().err().println("Interrupted; nothing was written.");
        return ExitCode.INTERRUPTED;
      }
      advice =
          new Advice(
              DataSummary.of(whole, opened.reader(), settings.text().maxLength()),
              probe,
              forecasts(probe),
              from(first, nearest, probe),
              rule,
              nearest,
              ground,
              costs == null ? null : money(probe, costs));
    }
    new AdviceView(session.console(), data).print(advice);
    JsonResult json = new JsonResult("advise");
    new AdviceJson(advice).into(json.put("base", base));
    json.put("data", whole.train().sha256()).put("source", source());
    if (out != null) {
      AdviceJson.write(out, json, session.secondsSince(start));
      Path page = out.resolve(AdviceReport.FILE);
      AtomicFiles.writeText(
          page,
          new AdviceReport(data, base, WrongPictures.of(advice.probe(), rows.train().rows()))
              .html(advice, session.console().words()));
      session.note(common, "Written: " + page);
    }
    if (common.json) {
      json.print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  /** Where the rows are and how they are read, for a proof of concept that begins from here. */
  private Map<String, Object> source() {
    Map<String, String> given = new TreeMap<>(reading.given());
    if (classes.labels != null) {
      given.put("--labels", classes.labels.toAbsolutePath().normalize().toString());
    }
    given.put("--seed", String.valueOf(common.seed));
    return Map.of("path", data.toAbsolutePath().normalize().toString(), "reading", given);
  }

  private static void requireEnough(Dataset data) {
    String task = data.labels().task().name();
    require(
        data.labels().task() instanceof ClassificationTask && data.labels().size() == 1,
        "--data",
        "rows of one domain with one label each",
        data.labels().size() == 1 ? task : data.labels().size() + " domains");
    int count = data.train().rows().size();
    require(
        count >= FEWEST_ROWS,
        "--data",
        "at least " + FEWEST_ROWS + " labelled rows besides those for the test",
        count);
    boolean pictures = data.train().isOfPictures();
    require(
        Folds.canHoldOut(data),
        "--data",
        pictures ? "labels with 2 different pictures" : "labels with 2 different texts",
        pictures ? "one picture each" : "one text each");
  }

  /** Prices of labels that no row has would be passed over. */
  private static void requireLabels(@Nullable Costs costs, Dataset data) {
    if (costs == null) {
      return;
    }
    List<String> known = data.labels().heads().get(0).labels().names();
    for (String label : costs.wrongByLabel().keySet()) {
      require(
          known.contains(label),
          "wrong." + label,
          "a label of the data ("
              + String.join(", ", known.subList(0, Math.min(10, known.size())))
              + (known.size() > 10 ? ", …" : "")
              + ")",
          label);
    }
  }

  private @Nullable HeldOutProbe probe(
      TextBase base, TextOptions text, Dataset rows, Interruption interruption) {
    try (Progress progress =
        session.progress(common, "Asking the base", 0, HeldOutProbe.fits(REPEATS))) {
      return HeldOutProbe.of(
              base,
              text,
              rows,
              PARTS,
              REPEATS,
              common.seed,
              done -> {
                progress.at(done, "fits done");
                return !interruption.requested();
              })
          .orElse(null);
    }
  }

  /** What else there is to know, with a few seconds of measuring; null when it was stopped. */
  private Advice.@Nullable Ground ground(
      TextBase base, Dataset data, TextOptions text, Interruption interruption) {
    List<MethodEstimate> estimates;
    try (Progress progress =
        session.progress(common, "Measuring methods", 0, MethodEstimate.count())) {
      estimates =
          MethodEstimate.of(
              base,
              data,
              text,
              common.seed,
              done -> {
                progress.at(done, "methods measured");
                return !interruption.requested();
              });
    }
    if (interruption.requested()) {
      return null;
    }
    List<CorpusLook> looks = new ArrayList<>();
    for (Path corpus : corpora) {
      looks.add(CorpusLook.of(corpus, data, base, text, common.seed));
    }
    return new Advice.Ground(
        data.train().isOfPictures() ? null : Writing.of(data.train().rows()), estimates, looks);
  }

  /** What more labels would give: a few, and as many again. */
  private List<LabelForecast.Forecast> forecasts(HeldOutProbe probe) {
    LabelForecast forecast = new LabelForecast(probe, common.seed);
    List<LabelForecast.Forecast> all = new ArrayList<>();
    for (int more : new int[] {50, 100, probe.rows()}) {
      if (all.isEmpty() || more > all.get(all.size() - 1).more()) {
        all.add(forecast.with(more));
      }
    }
    return all;
  }

  private List<NearestModules.Near> nearest(TextBase base, EngineSetup engine, Dataset rows) {
    if (registry == null) {
      return List.of();
    }
    try (Registry opened =
        Registry.open(
            RegistryAddress.location(session.context(), registry, blobs),
            RegistryAddress.credentials(session.context()),
            session.clock())) {
      return new NearestModules(opened, base, engine.precision()).of(rows, MOST_NEAREST);
    }
  }

  /** What the project's own results say of a task like this. */
  private static MethodRule.@Nullable Named rule(HeldOutProbe probe, Dataset data) {
    int[] counts = new int[probe.answers().labels().size()];
    for (int label : probe.answers().truth()) {
      counts[label]++;
    }
    double most = Arrays.stream(counts).max().orElse(0);
    MethodRule.Situation task =
        new MethodRule.Situation(
            data.train().rows().size(),
            Math.max(2, counts.length),
            Math.min(0.99, most / probe.answers().rows()),
            probe.answers().accuracy());
    return new MethodRule(MethodResults.all()).name(task, MethodResults.ways()).orElse(null);
  }

  /** A module that answers as well as the probe without having learnt is what to start from. */
  private static Advice.First from(
      Advice.First first, List<NearestModules.Near> nearest, HeldOutProbe probe) {
    if (nearest.isEmpty() || nearest.get(0).right() < probe.answers().accuracy()) {
      return first;
    }
    return new Advice.First(
        FROM,
        nearest.get(0).module()
            + " of the registry answers as many of these rows right, without learning, as a"
            + " classifier that learnt from them",
        first.seconds());
  }

  /** What to try first, and its time. */
  private Advice.First first(
      TextBase base,
      Dataset rows,
      int count,
      TuneSettings settings,
      MethodRule.@Nullable Named rule) {
    double seconds =
        new MethodChoice(base, rows).secondsOfOne(Candidates.of(settings))
            * count
            / rows.train().rows().size();
    if (count >= MethodChoice.FEW_ROWS && rule != null && !rule.way().equals(MethodRule.LORA)) {
      return new Advice.First(
          rule.way(), "With " + count + " rows the project's own results name it", seconds);
    }
    return count < MethodChoice.FEW_ROWS
        ? new Advice.First(
            "auto",
            "With fewer than "
                + MethodChoice.FEW_ROWS
                + " rows no way wins everywhere, so they are compared by cross-validation",
            new MethodChoice(base, rows).seconds(Candidates.of(settings)))
        : new Advice.First("lora", manyRows(rows, count), seconds);
  }

  private static String manyRows(Dataset rows, int count) {
    return rows.train().isOfPictures()
        ? "With " + count + " pictures a module can learn; haori compare measures other ways"
        : "With " + count + " rows a module learns more than a classifier on the base's vectors";
  }

  private Advice.Money money(HeldOutProbe probe, Costs costs) {
    HandOver handOver = HandOver.of(probe.answers(), costs);
    return new Advice.Money(
        costs,
        handOver,
        new PaybackSimulation(
                probe.answers(), handOver, costs, PaybackSimulation.DEFAULT_DRAWS, common.seed)
            .run());
  }
}
