package io.haori.cli.mix;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay.Learnt;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.training.baseline.Baselines;
import io.haori.training.choice.LossChoice;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import io.haori.training.pretrain.PretrainSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ways to answer with a decoder's modules, compared by the loss of held-out answers: the base,
 * each module as it is, their mean, each token to those that react to it, a gate over them, LoRA
 * without modules, the best single module trained further, the mix.
 */
final class AnswerChoice {
  private final AnswerLearning learning;
  private final AnswerMix mix;
  private final List<MixedModule> modules;
  private final List<LossChoice.Way> ways = new ArrayList<>();
  private final List<@Nullable Learnt> learnt = new ArrayList<>();
  private final LearntCopies copies;
  private @Nullable LossChoice choice;

  /**
   * Prepares it.
   *
   * @param learning the base and the rows
   * @param mix knows how each way learns
   * @param modules open until the end
   */
  AnswerChoice(AnswerLearning learning, AnswerMix mix, List<MixedModule> modules) {
    this.learning = learning;
    this.copies = new LearntCopies(learning);
    this.mix = mix;
    this.modules = modules;
  }

  /**
   * Compares and hands over the way that is taken.
   *
   * @param done is handed nothing where the base alone is taken
   * @return false when it was interrupted
   */
  boolean learn(Consumer<Learnt> done) {
    TextBase base = learning.base();
    PretrainSettings plain = mix.settings(Baselines.lora());
    AnswerLosses losses = AnswerLosses.ofHeldOut(base, plain, learning.corpus());
    RowLosses ofBase = losses.with(Adaptation.NONE);
    add("the base", ofBase, null);
    try {
      int best = 0;
      for (int k = 0; k < modules.size(); k++) {
        AdapterModule module = modules.get(k).module();
        RowLosses own = losses.with(module);
        String name = "the module " + modules.get(k).name() + " as it is";
        add(name, own, LearntCopies.asItIs(module, plain, ofBase, own, List.of(modules.get(k))));
        best = own.mean() < ways.get(1 + best).losses().mean() ? k : best;
      }
      boolean several = modules.size() > 1;
      if (several) {
        routed("the modules' mean", RouteKind.NONE, plain, losses, ofBase);
        routed("the modules' sum", RouteKind.SUM, plain, losses, ofBase);
        routed("routed by arrow", RouteKind.ARROW, plain, losses, ofBase);
      }
      boolean complete =
          (!several || trained("a gate over the modules", "gate", mix.gated(), losses))
              && trained("LoRA", "lora", Baselines.lora(), losses)
              && (!several
                  || trained(
                      "the module " + modules.get(best).name() + " trained further",
                      "single",
                      mix.mixed(List.of(modules.get(best))),
                      losses))
              && trained("the mix", "mix", mix.mixed(modules), losses);
      if (!complete) {
        return false;
      }
      LossChoice made = LossChoice.of(ways);
      choice = made;
      Learnt taken = learnt.get(made.taken());
      if (taken != null) {
        done.accept(taken);
      }
      return true;
    } finally {
      copies.close();
    }
  }

  private void routed(
      String name, RouteKind kind, PretrainSettings plain, AnswerLosses losses, RowLosses ofBase) {
    AdapterModule module = copies.routed(mix.routed(RouteConfig.of(kind)));
    RowLosses own = losses.with(module);
    add(name, own, LearntCopies.asItIs(module, plain, ofBase, own, modules));
  }

  private void add(String name, RowLosses losses, @Nullable Learnt one) {
    ways.add(new LossChoice.Way(name, losses));
    learnt.add(one);
  }

  /** Trains a way and keeps a copy of its module; false when it was interrupted. */
  private boolean trained(
      String name, String checkpoint, AdapterMethod method, AnswerLosses losses) {
    return copies.train(
        mix.settings(method), checkpoint, one -> add(name, losses.with(one.module()), one));
  }

  /** A line a way, and which one is taken. */
  List<String> words() {
    LossChoice made = choice;
    List<String> words = new ArrayList<>();
    if (made == null) {
      return words;
    }
    words.add("Perplexity of the held-out answers:");
    for (LossChoice.Way way : ways) {
      words.add(
          String.format(Locale.ROOT, "  %s: %.2f", way.name(), Math.exp(way.losses().mean())));
    }
    words.add(made.reason());
    if (made.taken() == 0) {
      words.add("No module is stored: the base answers as well without one.");
    }
    return words;
  }

  /** The same for a program. */
  Map<String, Object> forJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    List<Map<String, Object>> all = new ArrayList<>();
    for (LossChoice.Way way : ways) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", way.name());
      one.put("loss", way.losses().mean());
      one.put("perplexity", Math.exp(way.losses().mean()));
      all.add(one);
    }
    json.put("ways", all);
    LossChoice made = choice;
    if (made != null) {
      json.put("taken", ways.get(made.taken()).name());
      json.put("reason", made.reason());
    }
    return json;
  }
}
