package io.haori.cli.mix;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay.Learnt;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Slot;
import io.haori.training.baseline.Baselines;
import io.haori.training.choice.LossChoice;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.PretrainSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ways to answer with a decoder's modules, compared by the loss of held-out answers: the base,
 * each module as it is, their mean, a gate over them, LoRA without modules, the best single module
 * trained further, the mix.
 */
final class AnswerChoice {
  private final AnswerLearning learning;
  private final AnswerMix mix;
  private final List<MixedModule> modules;
  private final List<LossChoice.Way> ways = new ArrayList<>();
  private final List<@Nullable Learnt> learnt = new ArrayList<>();
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
        add(name, own, asItIs(module, plain, ofBase, own, List.of(modules.get(k))));
        best = own.mean() < ways.get(1 + best).losses().mean() ? k : best;
      }
      boolean several = modules.size() > 1;
      if (several) {
        AdapterModule mean = mean(base);
        RowLosses own = losses.with(mean);
        add("the modules' mean", own, asItIs(mean, plain, ofBase, own, modules));
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
      closeCopies();
    }
  }

  private void add(String name, RowLosses losses, @Nullable Learnt one) {
    ways.add(new LossChoice.Way(name, losses));
    learnt.add(one);
  }

  /** Trains a way and keeps a copy of its module; false when it was interrupted. */
  private boolean trained(
      String name, String checkpoint, AdapterMethod method, AnswerLosses losses) {
    List<Slot> slots = learning.base().backbone().slots();
    return learning.train(
        mix.settings(method),
        checkpoint,
        one ->
            add(
                name,
                losses.with(one.module()),
                new Learnt(
                    one.method(),
                    one.settings(),
                    one.described(),
                    one.epochs(),
                    one.trainable(),
                    one.result(),
                    copy(one.module(), slots),
                    one.reading())));
  }

  private static AdapterModule copy(AdapterModule module, List<Slot> slots) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    for (Slot slot : slots) {
      AdaptedLinear layer = module.layers().get(slot.name());
      if (layer != null) {
        layers.put(slot.name(), module.method().restore(slot, layer.tensors()));
      }
    }
    return new AdapterModule(module.name(), module.method(), layers);
  }

  private AdapterModule mean(TextBase base) {
    return AdapterModule.create(
        "mean",
        new RoutedMethod(RouteConfig.of(RouteKind.NONE), modules, new float[0][]),
        base.backbone(),
        new SplittableRandom(0));
  }

  /** A way in which nothing is trained. */
  private Learnt asItIs(
      AdapterModule module,
      PretrainSettings reading,
      RowLosses ofBase,
      RowLosses own,
      List<MixedModule> of) {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("method", module.method().name());
    settings.put("modules", String.join(", ", of.stream().map(MixedModule::toString).toList()));
    DomainResult result =
        new DomainResult(
            "answers", "causal", true, 0, own.sums().length, 0, 0, ofBase.mean(), own.mean(), 0, 0);
    return new Learnt(module.method().name(), settings, settings, 0, 0, result, module, reading);
  }

  /** Modules of {@code --modules} are not copies and stay open. */
  private void closeCopies() {
    for (Learnt one : learnt) {
      if (one != null && modules.stream().noneMatch(open -> open.module() == one.module())) {
        one.module().close();
      }
    }
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
