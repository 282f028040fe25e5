package io.haori.cli.mix;

import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.GateFolder;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay;
import io.haori.inference.model.TextBase;
import io.haori.training.data.DataFile;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.mix.AnswerShares;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mix of a decoder's modules that learns to answer: by a bridge, by a gate, or what is best on
 * held-out rows. What is stored is the LoRA module that computes the same, which generates, is
 * exported and is mixed again as any other; a gate that looks at the input is stored with its
 * modules.
 */
final class AnswerMix implements AnswerWay, AutoCloseable {
  private final MixModules chosen;
  private final DomixConfig config;
  private final GateConfig gate;
  private final RouteOptions route;
  private final Function<AdapterMethod, TuneSettings> fits;
  private final long seed;
  private final List<MixedModule> opened = new ArrayList<>();
  private @Nullable AnswerShares shares;
  private @Nullable AnswerChoice choice;

  /**
   * Prepares it.
   *
   * @param chosen the modules
   * @param config how a bridge connects them
   * @param gate how a gate weighs them
   * @param route which of these learns, or whether what is best is taken
   * @param fits how a method is fitted
   * @param seed of the bootstrap over the answered rows
   */
  AnswerMix(
      MixModules chosen,
      DomixConfig config,
      GateConfig gate,
      RouteOptions route,
      Function<AdapterMethod, TuneSettings> fits,
      long seed) {
    this.chosen = chosen;
    this.config = config;
    this.gate = gate;
    this.route = route;
    this.fits = fits;
    this.seed = seed;
  }

  @Override
  public String command() {
    return "mix";
  }

  @Override
  public boolean learn(AnswerLearning learning, Consumer<Learnt> done) {
    TextBase base = learning.base();
    chosen.requireBase(base.name(), base.digest());
    opened.addAll(MixFolder.open(chosen.folders(), base.backbone()));
    if (route.isAuto()) {
      AnswerChoice compared = new AnswerChoice(learning, this, opened);
      choice = compared;
      return compared.learn(done);
    }
    AdapterMethod method = route.isGated() ? gated() : mixed(opened);
    return learning.train(settings(method), "", done);
  }

  /** A mix of some of the modules. */
  AdapterMethod mixed(List<MixedModule> some) {
    return new DomixMethod(config, some);
  }

  /** A gate over all modules. */
  AdapterMethod gated() {
    return new GateMethod(gate, opened.stream().map(MixedModule::module).toList());
  }

  /** How a method learns. */
  PretrainSettings settings(AdapterMethod method) {
    TuneSettings tune = fits.apply(method);
    return method.builtOn().isEmpty() ? AnswerSettings.of(tune) : AnswerSettings.ofMix(tune);
  }

  @Override
  public AdapterModule stored(AdapterModule learnt, TextBase base) {
    if (MixFolder.isMix(learnt)) {
      return MixFolder.asLora(learnt.name(), learnt, base.backbone().slots());
    }
    boolean shared = GateFolder.isGate(learnt) && gate.kind() == GateConfig.Kind.TASK;
    return shared ? GateFolder.asLora(learnt.name(), learnt) : learnt;
  }

  @Override
  public boolean looks(Learnt learnt) {
    return AnswerShares.isMadeOfOthers(learnt.module());
  }

  @Override
  public void look(
      Learnt learnt,
      TextBase base,
      DataFile file,
      WrittenAnswers answers,
      BooleanSupplier stopRequested) {
    shares =
        AnswerShares.of(
            base, learnt.module(), learnt.reading(), file, answers, seed, stopRequested);
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
      words.addAll(AnswerSharesView.words(measured));
    }
    return words;
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
  }

  @Override
  public void close() {
    opened.forEach(one -> one.module().close());
    opened.clear();
  }
}
