package io.haori.training.task;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.inference.model.TextModel;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What moves in a fit, in groups of one learning rate: the module, the heads, and the base. */
final class MovingParameters {
  private final TextModel model;
  private final TuneSettings settings;
  private final List<Parameter> ofBase;

  /**
   * Those of a model.
   *
   * @param ofBase weights of the base that are trained
   */
  MovingParameters(TextModel model, TuneSettings settings, List<Parameter> ofBase) {
    this.model = model;
    this.settings = settings;
    this.ofBase = ofBase;
  }

  /** All of them. */
  List<ParameterGroup> all() {
    return only(parameter -> true);
  }

  /** Those that a stage moves. */
  List<ParameterGroup> in(Stage stage) {
    return groups(
        stage.moving(
            model.base().backbone().slots().stream()
                .filter(slot -> model.module().layers().containsKey(slot.name()))
                .toList()),
        parameter -> true);
  }

  /** Without the module's parameters that a condition leaves out. */
  List<ParameterGroup> only(Predicate<Parameter> moves) {
    return groups(model.module().layers().keySet(), moves);
  }

  private List<ParameterGroup> groups(Set<String> slots, Predicate<Parameter> moves) {
    Map<Double, List<Parameter>> byRate = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> layer : model.module().layers().entrySet()) {
      if (slots.contains(layer.getKey())) {
        for (TrainedParameter trained : layer.getValue().parameters()) {
          if (trained.parameter().trainable() && moves.test(trained.parameter())) {
            byRate
                .computeIfAbsent(trained.learningRateFactor(), rate -> new ArrayList<>())
                .add(trained.parameter());
          }
        }
      }
    }
    byRate.computeIfAbsent(1.0, rate -> new ArrayList<>()).addAll(ofBase);
    if (settings.loss() != TuneLoss.CONTRASTIVE) {
      byRate
          .computeIfAbsent(settings.headLearningRateRatio(), rate -> new ArrayList<>())
          .addAll(model.heads().parameters());
    }
    byRate.values().removeIf(List::isEmpty);
    List<ParameterGroup> groups = new ArrayList<>();
    byRate.forEach(
        (rate, parameters) ->
            groups.add(new ParameterGroup("rate x " + rate, parameters, rate, 1.0)));
    return groups;
  }
}
