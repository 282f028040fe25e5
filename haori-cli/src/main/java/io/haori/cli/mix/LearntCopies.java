package io.haori.cli.mix;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay.Learnt;
import io.haori.model.backbone.Slot;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.PretrainSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What was learnt in several ways, kept to be compared. Owns copies of the modules. */
final class LearntCopies implements AutoCloseable {
  private final AnswerLearning learning;
  private final List<AdapterModule> copies = new ArrayList<>();

  /** Nothing is learnt yet. */
  LearntCopies(AnswerLearning learning) {
    this.learning = learning;
  }

  /**
   * Learns in one way.
   *
   * @param settings of the way
   * @param checkpoint its name
   * @param done is handed what was learnt, with a module that stays open until this is closed
   * @return false when it was interrupted
   */
  boolean train(PretrainSettings settings, String checkpoint, Consumer<Learnt> done) {
    List<Slot> slots = learning.base().backbone().slots();
    return learning.train(
        settings,
        checkpoint,
        one ->
            done.accept(
                new Learnt(
                    one.method(),
                    one.settings(),
                    one.described(),
                    one.epochs(),
                    one.trainable(),
                    one.result(),
                    kept(copy(one.module(), slots)),
                    one.reading())));
  }

  /**
   * Modules that share the work by a rule, with which nothing is learnt.
   *
   * @param method of the rule
   * @return open until this is closed
   */
  AdapterModule routed(RoutedMethod method) {
    return kept(
        AdapterModule.create(
            method.name(), method, learning.base().backbone(), new SplittableRandom(0)));
  }

  private AdapterModule kept(AdapterModule copy) {
    copies.add(copy);
    return copy;
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

  /**
   * A way in which nothing is trained, as if it had been learnt.
   *
   * @param module as it is
   * @param reading settings that say how rows are read
   * @param ofBase losses of the held-out rows without a module
   * @param own losses with it
   * @param of what it is made of
   */
  static Learnt asItIs(
      AdapterModule module,
      PretrainSettings reading,
      RowLosses ofBase,
      RowLosses own,
      List<MixedModule> of) {
    AdapterMethod method = module.method();
    Map<String, Object> settings = new TreeMap<>();
    if (method instanceof RoutedMethod) {
      method.settings().forEach((name, value) -> settings.put(method.name() + "." + name, value));
    }
    settings.put("method", method.name());
    settings.put("modules", String.join(", ", of.stream().map(MixedModule::toString).toList()));
    DomainResult result =
        new DomainResult(
            "answers", "causal", true, 0, own.sums().length, 0, 0, ofBase.mean(), own.mean(), 0, 0);
    return new Learnt(method.name(), settings, settings, 0, 0, result, module, reading);
  }

  @Override
  public void close() {
    copies.forEach(AdapterModule::close);
    copies.clear();
  }
}
