package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.DomainOptions;
import io.haori.cli.options.TrainingOptions;
import io.haori.cli.output.HaoriFiles;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.ComparisonView;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Targets;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Split;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.DomainRows;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.DomainSetTrainer;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.FinishedDomainSet;
import io.haori.training.multidomain.study.TransferStudy;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code haori tune} on several domains: one model of all, or one of each group.
 *
 * @param session what the command runs in
 * @param common already checked
 * @param training already checked
 * @param options how the domains are learnt together, already checked
 * @param groups names of domains, groups apart by semicolons; null for one model of all
 * @param out gets the adapter, or a folder of each group's
 */
record TuneDomains(
    Session session,
    CommonOptions common,
    TrainingOptions training,
    DomainOptions options,
    @Nullable String groups,
    Path out) {
  private static final String GROUPS = "--groups";

  int run(List<Path> data, DataOptions reading, Instant start) throws IOException {
    Domains domains = Domains.read(data, reading).requireSeveral();
    domains.all().forEach(domain -> DataNotes.warn(session, domain.name(), domain.data()));
    List<List<Integer>> parted = parted(domains);
    DomainSetSettings settings;
    Path runs = Files.createTempDirectory("haori-domains-");
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      TuneSettings tune =
          training.settings(common.seed, engine.precision(), TaskCatalogue.CLASSIFICATION);
      settings =
          new DomainSetSettings(
              tune, options.weighting(), options.temperature(), domains.heads(options.heads()));
      try (TextBase base =
          engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), tune.baseForm())) {
        return train(base, domains, settings, parted, runs, interruption::requested, start);
      }
    } finally {
      AtomicFiles.delete(runs);
    }
  }

  private int train(
      TextBase base,
      Domains domains,
      DomainSetSettings settings,
      List<List<Integer>> parted,
      Path runs,
      BooleanSupplier stopRequested,
      Instant start) {
    DomainRows rows = new DomainRows(domains, base.reader(), settings.tune().text().maxLength());
    training.run.budget.noteLength(session, common);
    new UnknownTokenNote(session, common, base.name()).look(rows);
    DomainSetTrainer trainer =
        new DomainSetTrainer(base, rows, runs).stopWhen(stopRequested).keepAdapters(plan -> true);
    TransferStudy study = new TransferStudy(trainer, settings, List.of(common.seed));
    study.want(parted);
    try (ComparisonView view = new ComparisonView(session, common, "tune")) {
      if (!study.listener(view).run()) {
        session.console().err().println("Interrupted; nothing is stored.");
        return ExitCode.INTERRUPTED;
      }
    }
    List<Path> adapters =
        parted.stream().map(group -> trainer.adapter(study.plansOf(group).get(0))).toList();
    boolean one = adapters.size() == 1;
    // As a whole, so that no model of an earlier run stays beside the new ones.
    AtomicFiles.writeFolder(
        out,
        target -> {
          for (int i = 0; i < adapters.size(); i++) {
            copy(adapters.get(i), one ? target : Files.createDirectory(inside(target, i)));
          }
        });
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < parted.size(); i++) {
      List<Integer> group = parted.get(i);
      Path folder = one ? out : inside(out, i);
      long bytes = FolderWalk.bytes(folder);
      List<Mistakes> mistakes =
          mistakes(base, folder, group, rows, settings.tune().text().precision());
      models.add(new Model(folder, group, study.of(group).get(0), bytes, mistakes));
    }
    tell(study, settings, models, start);
    return ExitCode.DONE;
  }

  /** A model that is stored. */
  private record Model(
      Path folder,
      List<Integer> domains,
      FinishedDomainSet run,
      long bytes,
      List<Mistakes> mistakes) {}

  /** The worst mistakes of a stored model on the test rows of each of its domains. */
  private static List<Mistakes> mistakes(
      TextBase base, Path folder, List<Integer> group, DomainRows rows, DType precision) {
    List<Mistakes> mistakes = new ArrayList<>();
    try (TextModel model = AdapterFolder.load(folder, base, precision)) {
      Targets all = rows.targets(Split.TEST, group, model.heads().labels());
      for (int domain : group) {
        int[] numbers = rows.of(Split.TEST, domain);
        Targets own =
            Targets.ofClasses(
                Arrays.stream(numbers).map(row -> all.heads()[row]).toArray(),
                Arrays.stream(numbers).map(row -> all.classes()[row]).toArray(),
                all.unknown());
        Predictions predictions =
            Predictions.of(model, rows.tokens(Split.TEST).select(numbers), own);
        Domain named = rows.domains().all().get(domain);
        mistakes.add(Mistakes.of(named.data().test(), predictions).in(named.name()));
      }
    }
    return mistakes;
  }

  private void tell(
      TransferStudy study, DomainSetSettings settings, List<Model> models, Instant start) {
    Table table = new Table("adapter", "domain", "validation", "test");
    List<Map<String, Object>> json = new ArrayList<>();
    double validation = 0;
    double test = 0;
    long trainable = 0;
    long bytes = 0;
    long tokens = 0;
    double seconds = 0;
    int epochs = 0;
    for (Model model : models) {
      List<Map<String, Object>> ofDomains = new ArrayList<>();
      for (int own = 0; own < model.domains().size(); own++) {
        int domain = model.domains().get(own);
        String name = study.domains().names().get(domain);
        double validated = model.run().of(name).validation();
        double tested = study.compare(domain, model.domains(), model.domains()).counts().joint();
        table.row(model.folder().toString(), name, accuracy(validated), accuracy(tested));
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", name);
        one.put("validation", validated);
        one.put("test", tested);
        one.put("mistakes", model.mistakes().get(own).forJson());
        ofDomains.add(one);
        validation += validated / study.domains().size();
        test += tested / study.domains().size();
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("adapter", model.folder().toString());
      one.put("domains", ofDomains);
      one.put("trainable", model.run().trainable());
      one.put("storedBytes", model.bytes());
      json.add(one);
      trainable += model.run().trainable();
      bytes += model.bytes();
      tokens += model.run().tokens();
      seconds += model.run().seconds();
      epochs = Math.max(epochs, model.run().curve().size());
    }
    table.print(session.console());
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s on %s: %d models of %d domains, %,d trained numbers, %s in %s",
                settings.tune().method().name(),
                common.baseOr(CommonOptions.DEFAULT_BASE),
                models.size(),
                study.domains().size(),
                trainable,
                ScoreText.bytes(bytes),
                out));
    Mistakes.worst(models.stream().flatMap(model -> model.mistakes().stream()).toList())
        .print(session.console(), " on the test rows");
    if (common.json) {
      new JsonResult("tune")
          .put("method", settings.tune().method().name())
          .put("settings", settings.byName())
          .put("weighting", settings.weighting().word())
          .put("trainable", trainable)
          .put("storedBytes", bytes)
          .put("validation", Map.of("accuracy", validation))
          .put("test", Map.of("accuracy", test))
          .put("tokensPerSecond", Math.round(tokens / Math.max(seconds, 1e-9)))
          .put("epochs", epochs)
          .put("models", json)
          .print(session.console(), session.secondsSince(start));
    }
  }

  private static String accuracy(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }

  /** Groups of indices; every domain in one. */
  private List<List<Integer>> parted(Domains domains) {
    if (groups == null) {
      List<Integer> all = new ArrayList<>();
      domains.names().forEach(name -> all.add(domains.indexOf(GROUPS, name)));
      return List.of(all);
    }
    List<List<Integer>> parted = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (String group : groups.split(";", -1)) {
      List<Integer> members = new ArrayList<>();
      for (String name : group.split(",", -1)) {
        int domain = domains.indexOf(GROUPS, name.strip());
        require(seen.add(domain), GROUPS, "a partition of the domains", name.strip() + " twice");
        members.add(domain);
      }
      parted.add(members);
    }
    for (String name : domains.names()) {
      require(
          seen.contains(domains.indexOf(GROUPS, name)),
          GROUPS,
          "a partition of the domains",
          "none with " + name);
    }
    return parted;
  }

  private static Path inside(Path folder, int model) {
    return folder.resolve(HaoriFiles.MODEL + (model + 1));
  }

  /** Copies the files of a folder into an empty one. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
