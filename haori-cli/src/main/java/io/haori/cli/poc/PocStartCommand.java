package io.haori.cli.poc;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.cli.options.BudgetOptions;
import io.haori.cli.proof.MemoryLine;
import io.haori.cli.proof.PlanFile;
import io.haori.cli.proof.ProofData;
import io.haori.cli.proof.ProofFile;
import io.haori.cli.proof.ProofStart;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.ProofWords;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ProcessorTime;
import io.haori.cli.terminal.Table;
import io.haori.cli.wording.Words;
import io.haori.core.check.UserError;
import io.haori.core.language.Language;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.proof.ProofKind;
import io.haori.registry.store.RegistryLocation;
import io.haori.training.data.Dataset;
import io.haori.training.proof.FitCosts;
import io.haori.training.proof.GrowingRows;
import io.haori.training.proof.Way;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori poc start}: fixes stages, bounds and budgets before anything is trained. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fixes the stages of a proof of concept before anything is trained: what each one asks,"
            + " what a candidate must gain, how sure that must be, and what it may cost. A few"
            + " small fits say how long each stage will take on this machine. All of it is in the"
            + " registry's log then, and haori poc next runs the first stage.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori poc start plan",
      "  haori poc start plan --next line-b --next line-c --bound 2"
    })
public final class PocStartCommand implements Callable<Integer> {
  private static final double POINTS = 100;
  private static final double SECONDS_OF_MINUTE = 60;
  private static final int MOST_EPOCHS = 1_000;

  private final Session session;

  @Parameters(paramLabel = "PLAN", description = "Folder that haori advise --out wrote.")
  Path plan;

  @Option(
      names = "--next",
      paramLabel = "DIR|FILE",
      description =
          "Another domain, for after the first one; may be given several times (default: none).")
  List<Path> next = new ArrayList<>();

  @Option(
      names = "--ranks",
      paramLabel = "N",
      split = ",",
      defaultValue = "8,1",
      description =
          "Ranks of a module: the first one must gain, each other one may lose less than the margin"
              + " (default: ${DEFAULT-VALUE}).")
  List<Integer> ranks = new ArrayList<>();

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "dora",
      description = "Methods that are tried besides LoRA, or none (default: ${DEFAULT-VALUE}).")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--bound",
      paramLabel = "POINTS",
      defaultValue = "0",
      description =
          "What a candidate must gain in accuracy, in points (default: ${DEFAULT-VALUE}).")
  double bound;

  @Option(
      names = "--margin",
      paramLabel = "POINTS",
      defaultValue = "1",
      description =
          "What a smaller module, or one model for all, may lose in accuracy, in points (default:"
              + " ${DEFAULT-VALUE}).")
  double margin;

  @Option(
      names = "--alpha",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description = "How often a stage's result may be wrong (default: ${DEFAULT-VALUE}).")
  double alpha;

  @Option(
      names = "--budget",
      paramLabel = "MINUTES",
      description =
          "Processor time that each stage may take (default: twice what is expected, and a minute"
              + " at least).")
  @Nullable Double budget;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "8",
      description = "Passes of a fit over its rows (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Option(
      names = "--registry",
      paramLabel = "DIR|URL",
      description =
          "Where results and modules are kept (default: what HAORI_REGISTRY says, else the folder"
              + " registry in PLAN).")
  @Nullable String registry;

  @Option(
      names = "--blobs",
      paramLabel = "DIR",
      description = "The files of a registry in a database (default: what HAORI_BLOBS says).")
  @Nullable Path blobs;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public PocStartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant begin = session.clock().instant();
    common.check();
    checkBounds();
    PlanFile advice = PlanFile.read(plan);
    if (ProofFile.isIn(plan)) {
      throw new UserError(
          UserError.Kind.STATE,
          "PLAN must be one from which no proof of concept was begun, got "
              + plan
              + "; haori poc next "
              + plan
              + " continues it");
    }
    List<ProofData.Read> domains = domains(advice);
    EngineSetup engine = new EngineSetup(session, common);
    String base = common.baseOr(advice.base());
    TextOptions text =
        new TextOptions(Pooling.AUTO, BudgetOptions.usualLength(base), engine.precision());
    ranks.forEach(rank -> Way.of(Way.name("lora", rank), epochs, text, common.seed));
    methods.forEach(one -> Way.of(Way.name(one, ranks.get(0)), epochs, text, common.seed));
    ProofStart start;
    try (TextBase opened = engine.open(base, engine.precision())) {
      // Before minutes of measuring; where it is new, it is empty until something is found.
      open(location()).close();
      session.note(common, "Measuring how long fits take on this machine …");
      start = start(advice, domains, base, opened, text.forComparison(opened));
    }
    long entry = record(start, domains);
    show(start, entry, begin);
    return ExitCode.DONE;
  }

  private void checkBounds() {
    require(bound >= 0 && bound < POINTS, "--bound", "in [0, 100)", bound);
    require(margin > 0 && margin < POINTS, "--margin", "in (0, 100)", margin);
    require(alpha > 0 && alpha < 1, "--alpha", "in (0, 1)", alpha);
    require(
        epochs >= 1 && epochs <= MOST_EPOCHS, "--epochs", "in [1, " + MOST_EPOCHS + "]", epochs);
    require(
        budget == null || (budget > 0 && budget <= Double.MAX_VALUE),
        "--budget",
        "a number of minutes above 0",
        String.valueOf(budget));
    require(!ranks.isEmpty(), "--ranks", "at least one rank", "none");
    ranks.forEach(one -> require(one >= 1, "--ranks", "at least 1", one));
    require(ranks.stream().distinct().count() == ranks.size(), "--ranks", "different ranks", ranks);
    methods.removeIf(one -> one.equals("none") || one.isBlank());
    require(!methods.contains("lora"), "--methods", "methods besides lora", "lora");
    require(!methods.contains(Way.FROZEN), "--methods", "methods with a module", Way.FROZEN);
    List<String> known = MethodCatalogue.names();
    methods.forEach(
        one ->
            require(known.contains(one), "--methods", "one of " + String.join(", ", known), one));
  }

  private List<ProofData.Read> domains(PlanFile advice) {
    List<ProofData.Read> domains = new ArrayList<>();
    ProofData.Read first = ProofData.read(Path.of(advice.path()), advice.reading());
    ProofData.requireSame(advice, first.data());
    domains.add(first);
    for (Path one : next) {
      ProofData.Read read = ProofData.read(one, advice.reading());
      String name = read.source().name();
      require(
          domains.stream().noneMatch(other -> other.source().name().equals(name)),
          "--next",
          "domains of different names",
          name + " twice");
      domains.add(read);
    }
    return domains;
  }

  private ProofStart start(
      PlanFile advice,
      List<ProofData.Read> domains,
      String base,
      TextBase opened,
      TextOptions text) {
    Dataset first = domains.get(0).data();
    Map<String, FitCosts> costs = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of(Way.FROZEN, Way.name("lora", ranks.get(0))));
    methods.forEach(one -> names.add(Way.name(one, ranks.get(0))));
    for (String name : names) {
      Way way = Way.of(name, epochs, text, common.seed);
      costs.put(name, FitCosts.measure(opened, way, first, ProcessorTime::nanos));
    }
    MemoryLine memory = memory(opened, domains, names.get(1), text);
    double seconds = budget == null ? 0 : budget * SECONDS_OF_MINUTE;
    List<StagePlan> stages =
        new StagePlanner(
                costs, epochs, bound / POINTS, margin / POINTS, alpha, seconds, memory, common.seed)
            .stages(domains, ranks, methods);
    return new ProofStart(
        advice.json(),
        base,
        opened.digest(),
        text.precision().name(),
        common.seed,
        epochs,
        text.maxLength(),
        domains.stream().map(ProofData.Read::source).toList(),
        costs,
        stages,
        new ProofWords(Language.ENGLISH).words().text("start.rule"));
  }

  /** The peak of a short fit to few rows and of one to all rows of all domains. */
  private MemoryLine memory(
      TextBase opened, List<ProofData.Read> domains, String name, TextOptions text) {
    Way way = Way.of(name, 1, text, common.seed);
    Dataset all = GrowingRows.joined(domains.stream().map(ProofData.Read::data).toList());
    Dataset first = domains.get(0).data();
    return MemoryLine.of(opened, way, first.withTrainRows(MemoryLine.FEW, common.seed), all);
  }

  private String address() {
    String named =
        registry == null ? session.context().environment().get("HAORI_REGISTRY") : registry;
    return named == null ? plan.resolve("registry").toAbsolutePath().normalize().toString() : named;
  }

  private RegistryLocation location() {
    return RegistryAddress.location(session.context(), address(), blobs);
  }

  private Registry open(RegistryLocation location) {
    return Registry.openOrCreate(
        location, RegistryAddress.credentials(session.context()), session.clock());
  }

  private long record(ProofStart start, List<ProofData.Read> domains) {
    String address = address();
    RegistryLocation location = location();
    try (Registry opened = open(location)) {
      // One that is new has no rules, and without a rule nothing is approved.
      if (opened.changes() == 1) {
        StageModules.setRules(opened, domains);
      }
      long entry =
          opened
              .proofs()
              .add(
                  ProofKind.START, new ModuleName(start.first().name()), ProofStory.details(start));
      String place = location.isPostgres() ? address : Path.of(address).toAbsolutePath().toString();
      ProofFile.of(place, blobs == null ? "" : blobs.toAbsolutePath().toString(), entry)
          .write(plan);
      return entry;
    }
  }

  private void show(ProofStart start, long entry, Instant begin) {
    Language language = Words.languageOf(session.console());
    ProofWords words = new ProofWords(language);
    if (common.json) {
      new JsonResult("poc start")
          .put("plan", plan.toString())
          .put("entry", entry)
          .put("stages", start.stages())
          .put("next", 1)
          .print(session.console(), session.secondsSince(begin));
      return;
    }
    Table table =
        new Table(
            words.words().text("table.stage"),
            words.words().text("table.question"),
            words.words().text("table.estimate"),
            words.words().text("table.budget"));
    for (StagePlan stage : start.stages()) {
      table.row(
          stage.number() + " " + words.kind(stage.kind()),
          words.question(stage),
          words.words().duration(stage.estimatedSeconds()),
          words.words().duration(stage.budgetSeconds()));
    }
    table.print(session.console());
    session.console().out().println();
    session.console().out().println(words.words().text("start.rule"));
    session.console().out().println(words.words().text("status.next", plan.toString()));
  }
}
