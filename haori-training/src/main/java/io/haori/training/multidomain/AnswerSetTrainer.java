package io.haori.training.multidomain;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.digest.Sha256;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.runs.RunDigest;
import io.haori.training.task.TuneSettings;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains modules of a decoder on one or several domains of prompts with their answers, or of texts,
 * all of one seed side by side, each token of a model's rows counting the same. Of each it keeps
 * the losses of the validation and test rows and, where rows are prompts, what it writes.
 */
public final class AnswerSetTrainer implements DomainSetLearner {
  private static final int LETTERS_OF_A_TOKEN = 4;

  private final TextBase base;
  private final Domains domains;
  private final Path folder;
  private final boolean writes;
  private final BooleanSupplier stopRequested;
  private final FinishedRuns<FinishedAnswerSet> runs;
  private final Map<String, FinishedAnswerSet> kept = new LinkedHashMap<>();
  private ComparisonListener listener = ComparisonListener.SILENT;
  private @Nullable WorkPlace place;

  /**
   * Prepares training.
   *
   * @param base a decoder; stays open and unchanged
   * @param domains of prompts with answers, or of texts
   * @param folder where finished models are kept
   * @param writes whether the prompts are answered, too, which takes a pass for each token
   * @param stopRequested asked before every step and token; models in progress are given up then
   */
  public AnswerSetTrainer(
      TextBase base, Domains domains, Path folder, boolean writes, BooleanSupplier stopRequested) {
    this.base = base;
    this.domains = domains;
    this.folder = folder;
    this.writes = writes;
    this.stopRequested = stopRequested;
    this.runs = new FinishedRuns<>(folder, FinishedAnswerSet.class);
  }

  @Override
  public AnswerSetTrainer listener(ComparisonListener newListener) {
    listener = newListener;
    return this;
  }

  /** Has the models trained there, each by itself; stays open. */
  public AnswerSetTrainer on(WorkPlace newPlace) {
    place = newPlace;
    return this;
  }

  @Override
  public Domains domains() {
    return domains;
  }

  /** Folder of the module of a single domain, which is kept. */
  public Path adapter(PlannedDomainSet plan) {
    return runs.adapter(plan.folder());
  }

  @Override
  public PlannedDomainSet plan(List<Integer> some, DomainSetSettings wanted) {
    List<Integer> ordered = new ArrayList<>(some);
    ordered.sort((a, b) -> domains.names().get(a).compareTo(domains.names().get(b)));
    DomainSetSettings settings = wanted.with(Weighting.SIZE).forDomains(ordered.size());
    AnswerSettings.of(settings.tune());
    List<String> names = ordered.stream().map(domains.names()::get).toList();
    List<String> data = ordered.stream().map(d -> domains.all().get(d).digest()).toList();
    String kind = writes ? "written-answers-1" : "written-losses-1";
    String digest =
        new RunDigest(kind, HaoriJson.codeVersion(), base.digest(), data)
            .of(settings.tune().method(), settings.tune().byName(), AnswerSetTrainer::defaults);
    long letters =
        ordered.stream()
            .flatMap(d -> domains.all().get(d).data().train().rows().stream())
            .mapToLong(AnswerSetTrainer::letters)
            .sum();
    long work = 1 + settings.tune().loop().epochs() * letters / LETTERS_OF_A_TOKEN;
    return new PlannedDomainSet(ordered, names, settings, digest, work);
  }

  private static Map<String, Object> defaults(AdapterMethod method) {
    return TuneSettings.of(method).byName();
  }

  private static long letters(Row row) {
    String second = row.textPair();
    return row.text().length() + (second == null ? 0L : second.length());
  }

  @Override
  public Map<String, FinishedDomainSet> run(List<PlannedDomainSet> wanted) {
    WantedSets sets = new WantedSets(wanted, this::found, listener);
    List<PlannedDomainSet> missing = sets.missing();
    WorkPlace elsewhere = place;
    if (elsewhere != null && !missing.isEmpty()) {
      WorkInputs inputs = new WorkInputs();
      List<WorkOrder> orders =
          AnswerSets.orders(missing, domains, base, writes, elsewhere.threads(), inputs);
      sets.learnAt(elsewhere, orders, inputs, folder, listener, stopRequested);
      return sets.finished();
    }
    Map<Long, List<PlannedDomainSet>> bySeed = new TreeMap<>();
    missing.forEach(
        plan -> bySeed.computeIfAbsent(plan.seed(), seed -> new ArrayList<>()).add(plan));
    long done = sets.doneBefore();
    for (List<PlannedDomainSet> together : bySeed.values()) {
      if (stopRequested.getAsBoolean()) {
        break;
      }
      learn(together, done, sets);
      done += together.stream().mapToLong(PlannedDomainSet::work).sum();
    }
    return sets.finished();
  }

  private Optional<FinishedDomainSet> found(PlannedDomainSet plan) {
    Optional<FinishedAnswerSet> found = find(plan);
    found.ifPresent(one -> kept.put(plan.digest(), one));
    return found.map(FinishedAnswerSet::set);
  }

  private Optional<FinishedAnswerSet> find(PlannedDomainSet plan) {
    return runs.find(plan.folder(), one -> one.set().digest().equals(plan.digest()));
  }

  /** Models of one seed, side by side. */
  private void learn(List<PlannedDomainSet> together, long before, WantedSets sets) {
    Map<String, PlannedDomainSet> byName = new LinkedHashMap<>();
    List<DomainCorpus> corpora = new ArrayList<>();
    for (PlannedDomainSet plan : together) {
      String name = name(plan);
      byName.put(name, plan);
      corpora.add(corpus(name, plan));
    }
    PretrainSettings settings = AnswerSettings.of(together.get(0).settings().tune());
    Pretrainer trainer = new Pretrainer(base, settings);
    long work = together.stream().mapToLong(PlannedDomainSet::work).sum();
    trainer
        .listener(new Trained(trainer, byName, before, work, sets))
        .stopWhen(stopRequested)
        .run(corpora);
  }

  /** What a model's randomness comes from, besides its seed: a name that any domains have. */
  private static String name(PlannedDomainSet plan) {
    return "set-" + Sha256.of(String.join("\n", plan.names())).substring(0, 16);
  }

  private DomainCorpus corpus(String name, PlannedDomainSet plan) {
    List<DataFile> train = new ArrayList<>();
    List<DataFile> validation = new ArrayList<>();
    for (int domain : plan.domains()) {
      train.add(domains.all().get(domain).data().train());
      validation.add(domains.all().get(domain).data().validation());
    }
    return new DomainCorpus(name, train, validation);
  }

  /** Measures and keeps each model that is done. */
  private final class Trained implements PretrainListener {
    private final Pretrainer trainer;
    private final Map<String, PlannedDomainSet> byName;
    private final long before;
    private final long work;
    private final WantedSets sets;
    private final long start = System.nanoTime();

    Trained(
        Pretrainer trainer,
        Map<String, PlannedDomainSet> byName,
        long before,
        long work,
        WantedSets sets) {
      this.trainer = trainer;
      this.byName = byName;
      this.before = before;
      this.work = work;
      this.sets = sets;
    }

    @Override
    public void onStep(
        int done, int total, List<String> active, double loss, double tokensPerSecond) {
      listener.onProgress(
          before + work * done / Math.max(1, total), byName.size() + " side by side");
    }

    @Override
    public void onModule(DomainResult result, AdapterModule module) {
      PlannedDomainSet plan = Objects.requireNonNull(byName.get(result.name()));
      List<FinishedDomainSet.Answers> answers = new ArrayList<>();
      List<FinishedAnswerSet.Losses> losses = new ArrayList<>();
      for (int index : plan.domains()) {
        Domain domain = domains.all().get(index);
        DataFile validation = domain.data().validation();
        DataFile test = domain.data().test();
        losses.add(new FinishedAnswerSet.Losses(losses(validation, module), losses(test, module)));
        answers.add(
            new FinishedDomainSet.Answers(
                domain.name(), 0, written(validation, module), written(test, module)));
        if (stopRequested.getAsBoolean()) {
          return;
        }
      }
      long trainable =
          module.parameters().stream().mapToLong(one -> one.parameter().value().count()).sum();
      FinishedAnswerSet finished =
          new FinishedAnswerSet(
              new FinishedDomainSet(
                  plan.digest(),
                  plan.seed(),
                  answers,
                  List.of(),
                  trainer.settings().epochs(),
                  trainable,
                  result.steps(),
                  result.tokens(),
                  (System.nanoTime() - start) / 1e9 / byName.size(),
                  new float[0][]),
              losses);
      if (plan.domains().size() == 1) {
        ModuleFolder.save(
            adapter(plan),
            module,
            base,
            result,
            trainer.settings(corpus(result.name(), plan)),
            Map.of("train", domains.all().get(plan.domains().get(0)).data().train().sha256()),
            new float[0]);
      }
      runs.keep(plan.folder(), finished);
      kept.put(plan.digest(), finished);
      sets.add(finished.set());
    }

    private double[] losses(DataFile file, AdapterModule module) {
      return AnswerLosses.of(base, trainer.settings(), file, file.rows()).with(module).means();
    }

    private List<String> written(DataFile file, AdapterModule module) {
      if (!writes) {
        return file.rows().stream().map(row -> "").toList();
      }
      Generator generator = new Generator(base, module, trainer.settings().precision());
      return WrittenAnswers.ofAll(generator, base.tokenizer(), file.rows(), stopRequested)
          .written()
          .stream()
          .map(String::strip)
          .toList();
    }
  }

  @Override
  public double[] losses(FinishedDomainSet model, String domain, Split split) {
    return Objects.requireNonNull(kept.get(model.digest()), "not done").losses(domain, split);
  }

  /** Where models are kept. */
  public Path folder() {
    return folder;
  }
}
