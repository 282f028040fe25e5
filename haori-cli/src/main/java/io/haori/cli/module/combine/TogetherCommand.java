package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ReadingOptions;
import io.haori.cli.options.SplitOption;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.registry.Registry;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.combination.Combinations;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.training.condense.Quality;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module together}: what modules lose when they act together. */
@Command(
    name = "together",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Answers each module's own evaluation rows without and with the others, and stores both"
          + " scores in the registry, where rules about combinations ask for them. MODULES are"
          + " several modules that act together in requests, or one that was mixed or merged of"
          + " others."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori module together food@3 plant@live --weights 0.7,0.3 --data food=food-data"
          + " --data plant=plant-data",
      "  haori module together menu@1 --data food-data"
    })
public final class TogetherCommand implements Callable<Integer> {
  private static final String DATA = "--data";

  private final Session session;

  @Parameters(
      arity = "1..*",
      paramLabel = "MODULES",
      description = "Several modules, or one that was made of others; such as food@3.")
  List<String> modules = new ArrayList<>();

  @Option(
      names = DATA,
      paramLabel = "[MODULE=]DIR",
      required = true,
      description =
          "A folder with the module's evaluation rows, for each module or one for all of them.")
  List<String> data = new ArrayList<>();

  @Mixin final SplitOption split = new SplitOption();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      defaultValue = "accuracy",
      description = "The score that is compared (default: ${DEFAULT-VALUE}).")
  String metric;

  @Option(
      names = "--weights",
      paramLabel = "W,…",
      split = ",",
      description = "One for each of several modules, as requests will mix them (default: 1 each).")
  List<Double> weights = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description =
          "Take the versions from folders in DIR that are called as they are, such as DIR/food@3,"
              + " in place of a registry; nothing is stored (default: none).")
  @Nullable Path from;

  @Option(
      names = "--members",
      paramLabel = "MODULE,…",
      split = ",",
      description =
          "With --from, the versions that one module was mixed or merged of (default: none).")
  List<String> members = new ArrayList<>();

  @Mixin final RegistryAddress address = new RegistryAddress();
  @Mixin final ReadingOptions reading = new ReadingOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  public TogetherCommand(Session session) {
    this.session = session;
  }

  /** Who acts together. */
  private record Joint(
      String subject, ModuleName about, @Nullable VersionId made, Map<VersionId, Double> weights) {}

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    reading.check();
    Split chosen = split.chosen();
    require(from != null || members.isEmpty(), "--members", "left out without --from", members);
    if (from != null) {
      ModuleSource source = new FolderSource(from, members);
      Joint joint = joint(source);
      show(List.of(), joint, measured(source, joint, chosen), start);
      return ExitCode.DONE;
    }
    try (Registry registry = address.open(session.context())) {
      ModuleSource source = new RegistrySource(registry);
      Joint joint = joint(source);
      // Better before minutes of computing than after them.
      registry.modules().requireMayAdd(joint.about());
      List<MeasuredMember> measured = measured(source, joint, chosen);
      registry.combinations().record(joint.subject(), joint.about(), measured);
      show(registry.combinations().rules(), joint, measured, start);
    }
    return ExitCode.DONE;
  }

  private List<MeasuredMember> measured(ModuleSource source, Joint joint, Split chosen) {
    Map<VersionId, Path> folders = folders(joint);
    Set<VersionId> needed = new LinkedHashSet<>(joint.weights().keySet());
    if (joint.made() != null) {
      needed.add(joint.made());
    }
    List<MeasuredMember> measured = new ArrayList<>();
    EngineSetup engine = new EngineSetup(session, common);
    try (JointModules loaded = JointModules.open(engine, source, List.copyOf(needed), common.base);
        Progress progress = session.progress(common, "together", 0, folders.size())) {
      folders.forEach(
          (member, folder) -> {
            measured.add(measure(loaded, joint, member, folder, chosen));
            progress.at(measured.size(), member.toString());
          });
    }
    return measured;
  }

  private Joint joint(ModuleSource source) {
    Map<VersionId, Double> members = new LinkedHashMap<>();
    if (modules.size() == 1) {
      require(weights.isEmpty(), "--weights", "left out for one module", weights);
      VersionId made = source.resolve(ModuleReference.parse(modules.get(0)));
      source.members(made).forEach(member -> members.put(member, 1.0));
      require(
          !members.isEmpty(),
          "MODULES",
          "several, or one that was mixed or merged of others",
          made.toString());
      return new Joint(made.toString(), made.name(), made, members);
    }
    require(
        weights.isEmpty() || weights.size() == modules.size(),
        "--weights",
        "one for each of " + modules.size() + " modules",
        weights.size());
    for (int i = 0; i < modules.size(); i++) {
      VersionId id = source.resolve(ModuleReference.parse(modules.get(i)));
      double weight = weights.isEmpty() ? 1 : weights.get(i);
      require(Double.isFinite(weight), "--weights", "finite", weight);
      require(members.put(id, weight) == null, "MODULES", "different versions", id + " twice");
    }
    VersionId first = members.keySet().iterator().next();
    return new Joint(Combinations.subject(members), first.name(), null, members);
  }

  /** The data of each member; one folder may be for all. */
  private Map<VersionId, Path> folders(Joint joint) {
    Map<String, Path> named = new LinkedHashMap<>();
    Path forAll = null;
    for (String one : data) {
      int equals = one.indexOf('=');
      if (equals < 0) {
        require(forAll == null, DATA, "one folder for all modules", "several without MODULE=");
        forAll = Path.of(one);
      } else {
        named.put(one.substring(0, equals), Path.of(one.substring(equals + 1)));
      }
    }
    Map<VersionId, Path> folders = new LinkedHashMap<>();
    Set<String> used = new HashSet<>();
    for (VersionId member : joint.weights().keySet()) {
      Path folder = forAll;
      for (String name : List.of(member.name().text(), member.toString())) {
        if (named.containsKey(name)) {
          folder = named.get(name);
          used.add(name);
        }
      }
      if (folder == null) {
        throw new UserError(DATA + " must name the rows of " + member + ", got nothing");
      }
      folders.put(member, folder);
    }
    Set<String> others = new TreeSet<>(named.keySet());
    others.removeAll(used);
    require(
        others.isEmpty(),
        DATA,
        "about "
            + String.join(", ", joint.weights().keySet().stream().map(String::valueOf).toList()),
        String.join(", ", others));
    return folders;
  }

  private MeasuredMember measure(
      JointModules loaded, Joint joint, VersionId member, Path folder, Split chosen) {
    DataOptions options = reading.options(common.seed, null);
    DataFile rows = Dataset.readSplit(folder, chosen, loaded.labels(member), options);
    double alone = score(loaded.alone(member), rows, member);
    VersionId made = joint.made();
    double together;
    if (made == null) {
      together = score(loaded.together(joint.weights(), member), rows, member);
    } else if (covers(loaded.labels(made), loaded.labels(member))) {
      DataFile asRead = Dataset.readSplit(folder, chosen, loaded.labels(made), options);
      together = score(loaded.alone(made), asRead, made);
    } else {
      // What it was made into answers something else; the member's own head reads its vectors.
      together = score(loaded.together(Map.of(made, 1.0), member), rows, member);
    }
    Evaluation about = RegisterOptions.evaluation(folder, chosen, rows.sha256(), Map.of());
    return new MeasuredMember(
        member,
        about.dataName(),
        about.split(),
        about.dataDigest(),
        metric,
        alone,
        together,
        rows.rows().size());
  }

  /** Whether all labels of a member are among those of what was made of it, head by head. */
  private static boolean covers(DomainLabels made, DomainLabels member) {
    return made.task().name().equals(member.task().name())
        && member.heads().stream()
            .allMatch(
                head ->
                    made.heads().stream()
                        .anyMatch(
                            other ->
                                (made.heads().size() == 1 || other.domain().equals(head.domain()))
                                    && other.labels().names().containsAll(head.labels().names())));
  }

  private double score(TextPass pass, DataFile rows, VersionId id) {
    Map<String, Double> scores = Quality.of(pass, rows).scores();
    Double score = scores.get(metric);
    if (score == null) {
      throw new UserError(
          "--metric must be one of "
              + String.join(", ", new TreeSet<>(scores.keySet()))
              + " for "
              + id
              + ", got "
              + metric);
    }
    return score;
  }

  private void show(
      List<CombinationRule> rules, Joint joint, List<MeasuredMember> measured, Instant start) {
    Table table = new Table("module", "data", metric + " alone", "together", "loss", "rule");
    List<Map<String, Object>> json = new ArrayList<>();
    for (MeasuredMember one : measured) {
      Double bound = bound(rules, one);
      String said =
          bound == null
              ? "none"
              : "at most " + bound + (one.loss() <= bound + 1e-9 ? "" : ": too much");
      table.row(
          one.member().toString(),
          one.dataName() + " (" + one.split() + ")",
          number(one.alone()),
          number(one.together()),
          number(one.loss()),
          said);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("module", one.member().toString());
      line.put("data", one.dataName());
      line.put("split", one.split());
      line.put("dataDigest", one.dataDigest());
      line.put("rows", one.rows());
      line.put("metric", metric);
      line.put("alone", one.alone());
      line.put("together", one.together());
      line.put("loss", one.loss());
      line.put("atMost", bound);
      json.add(line);
    }
    table.print(session.console());
    session
        .console()
        .out()
        .println(
            from == null
                ? "Stored as evidence for " + joint.subject() + "."
                : "Nothing is stored: the modules are from " + from + ".");
    if (common.json) {
      new JsonResult("module together")
          .put("subject", joint.subject())
          .put("members", json)
          .print(session.console(), session.secondsSince(start));
    }
  }

  private static @Nullable Double bound(List<CombinationRule> rules, MeasuredMember member) {
    return rules.stream()
        .filter(rule -> rule.pattern().matches(member.member().name()))
        .filter(rule -> rule.metric().equals(member.metric()))
        .map(CombinationRule::atMost)
        .min(Double::compare)
        .orElse(null);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
