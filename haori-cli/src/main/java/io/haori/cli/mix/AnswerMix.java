package io.haori.cli.mix;

import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.combine.GateParts;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.CombinationFolder;
import io.haori.adapter.mixfile.GateFolder;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay;
import io.haori.core.files.FolderWalk;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.registry.version.Parent;
import io.haori.training.data.DataFile;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.mix.AnswerShares;
import io.haori.training.mix.AnswerSize;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A mix of a decoder's modules that answers: by a bridge or a gate that learns, by a rule, or what
 * is best on held-out rows. What is stored is the LoRA module that computes the same, which
 * generates, is exported and is mixed again as any other; where shares depend on the input, the mix
 * or gate is stored with its modules.
 */
final class AnswerMix implements AnswerWay, AutoCloseable {
  private final AnswerMixPlan plan;
  private final Path data;
  private final List<MixedModule> opened = new ArrayList<>();
  private final List<AnswerSize> sizes = new ArrayList<>();
  private @Nullable AnswerShares shares;
  private @Nullable AnswerChoice choice;
  private @Nullable AnswerBaselines baselines;
  private List<String> held = List.of();
  private boolean routed;
  private double loss;
  private double exactMatch;

  /**
   * Prepares it.
   *
   * @param plan what was chosen
   * @param data folder of the rows, for sentences
   */
  AnswerMix(AnswerMixPlan plan, Path data) {
    this.plan = plan;
    this.data = data;
  }

  @Override
  public String command() {
    return "mix";
  }

  @Override
  public boolean learn(AnswerLearning learning, Consumer<Learnt> done) {
    TextBase base = learning.base();
    MixModules chosen = plan.modules();
    plan.opened().accept(base);
    List<Path> folders = new ArrayList<>(chosen.folders());
    plan.baselines().joint().ifPresent(folders::add);
    opened.addAll(MixFolder.open(folders, base.backbone()));
    if (!plan.baselines().isEmpty()) {
      AnswerBaselines others = new AnswerBaselines(learning, this);
      baselines = others;
      MixedModule joint = opened.size() > chosen.size() ? opened.get(chosen.size()) : null;
      if (!others.learn(plan.baselines(), modules(), joint, tune(base))) {
        return false;
      }
    }
    RouteConfig rule = plan.rule();
    if (rule != null) {
      byRule(learning, rule, done);
      return true;
    }
    if (plan.way().isAuto()) {
      AnswerChoice compared = new AnswerChoice(learning, this, modules());
      choice = compared;
      return compared.learn(done);
    }
    AdapterMethod method = plan.way().isGated() ? gated() : mixed(modules());
    return learning.train(settings(method), "", done);
  }

  private String tune(TextBase base) {
    return "haori tune --base "
        + ShellWords.quoted(base.name())
        + " --data "
        + ShellWords.quoted(data.toString())
        + " --method ";
  }

  /** Nothing is learnt; what the rule gives is measured. */
  private void byRule(AnswerLearning learning, RouteConfig rule, Consumer<Learnt> done) {
    try (LearntCopies copies = new LearntCopies(learning)) {
      RoutedMethod method = routed(rule);
      AdapterModule module = copies.routed(method);
      PretrainSettings reading = settings(method);
      AnswerLosses losses = AnswerLosses.ofHeldOut(learning.base(), reading, learning.corpus());
      RowLosses ofBase = losses.with(Adaptation.NONE);
      RowLosses own = losses.with(module);
      done.accept(LearntCopies.asItIs(module, reading, ofBase, own, modules()));
    }
  }

  /** The modules of the mix. */
  private List<MixedModule> modules() {
    return opened.subList(0, plan.modules().size());
  }

  /** A mix of some of the modules. */
  AdapterMethod mixed(List<MixedModule> some) {
    return new DomixMethod(plan.bridge(), some);
  }

  /** A gate over all modules. */
  AdapterMethod gated() {
    return new GateMethod(plan.gate(), modules().stream().map(MixedModule::module).toList());
  }

  /** All modules by a rule that looks at no whole text. */
  RoutedMethod routed(RouteConfig rule) {
    return new RoutedMethod(rule, modules(), new float[0][]);
  }

  /** How a method learns. */
  PretrainSettings settings(AdapterMethod method) {
    TuneSettings tune = plan.fits().apply(method);
    return method.builtOn().isEmpty() ? AnswerSettings.of(tune) : AnswerSettings.ofMix(tune);
  }

  @Override
  public AdapterModule stored(AdapterModule learnt, TextBase base) {
    held = held(learnt);
    if (MixFolder.isMix(learnt)) {
      return MixFolder.isOneUpdate(learnt)
          ? MixFolder.asLora(learnt.name(), learnt, base.backbone().slots())
          : learnt;
    }
    boolean shared = GateFolder.isGate(learnt) && plan.gate().kind() == GateConfig.Kind.TASK;
    return shared ? GateFolder.asLora(learnt.name(), learnt) : learnt;
  }

  /** Names of the modules that one was made of. */
  private List<String> held(AdapterModule learnt) {
    if (MixFolder.isMix(learnt)) {
      return MixFolder.parts(learnt).modules();
    }
    if (GateFolder.isGate(learnt)) {
      return new GateParts(learnt).modules();
    }
    return modules().stream().filter(one -> one.module() == learnt).map(MixedModule::name).toList();
  }

  @Override
  public List<Parent> parents() {
    return plan.modules().parents(held);
  }

  @Override
  public boolean looks(Learnt learnt) {
    return CombinationFolder.isOne(learnt.module());
  }

  @Override
  public void look(
      Learnt learnt,
      TextBase base,
      DataFile file,
      WrittenAnswers answers,
      BooleanSupplier stopRequested) {
    PretrainSettings reading = learnt.reading();
    routed = learnt.module().method() instanceof RoutedMethod;
    shares =
        AnswerShares.of(base, learnt.module(), reading, file, answers, plan.seed(), stopRequested);
    AnswerBaselines others = baselines;
    if (others == null && plan.sizes().isEmpty()) {
      return;
    }
    AnswerLosses losses = AnswerLosses.of(base, reading, file, answers.rows());
    RowLosses own = losses.with(learnt.module());
    loss = own.mean();
    exactMatch = answers.scores().byName().getOrDefault("exactMatch", 0.0);
    if (others != null) {
      others.compare(base, reading, losses, own, answers, plan.seed(), stopRequested);
    }
    if (!plan.sizes().isEmpty()) {
      long bytes = FolderWalk.bytes(plan.out());
      sizes.add(new AnswerSize(null, bytes, 0, loss, answers.scores().byName()));
    }
    for (int rank : plan.sizes()) {
      sizes.add(
          AnswerSize.cut(base, learnt.module(), rank, reading, losses, answers, stopRequested));
    }
  }

  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>();
    AnswerChoice compared = choice;
    if (compared != null) {
      words.addAll(compared.words());
    }
    AnswerShares measured = shares;
    if (measured != null) {
      words.addAll(AnswerSharesView.words(measured, routed));
    }
    return words;
  }

  @Override
  public void print(Console console) {
    if (!sizes.isEmpty()) {
      console.out().println();
      AnswerSizesView.table(sizes).print(console);
    }
    AnswerBaselines others = baselines;
    if (others != null && !others.compared().isEmpty()) {
      console.out().println();
      AnswerBaselinesView.table(loss, exactMatch, others.compared()).print(console);
      console.out().println();
      others.compared().forEach(one -> console.out().println(AnswerBaselinesView.sentence(one)));
    }
  }

  @Override
  public void put(JsonResult json) {
    AnswerChoice compared = choice;
    if (compared != null) {
      json.put("choice", compared.forJson());
    }
    AnswerShares measured = shares;
    if (measured != null) {
      json.put("contributions", AnswerSharesView.forJson(measured));
    }
    if (!sizes.isEmpty()) {
      json.put("sizes", AnswerSizesView.forJson(sizes));
    }
    AnswerBaselines others = baselines;
    if (others != null) {
      json.put("baselines", AnswerBaselinesView.forJson(others.compared()));
    }
  }

  @Override
  public void close() {
    if (baselines != null) {
      baselines.close();
    }
    opened.forEach(one -> one.module().close());
    opened.clear();
  }
}
