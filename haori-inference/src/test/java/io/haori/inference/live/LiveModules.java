package io.haori.inference.live;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Modules that change something, heads and live models for the tests here. */
public final class LiveModules {
  static final List<String> TEXTS =
      List.of("wordai wordbc wordcd", "wordak", "wordbb wordbz wordca wordaj wordcc");

  private LiveModules() {}

  static AdapterMethod lora(String targets) {
    return MethodCatalogue.create("lora", Map.of("rank", "3", "alpha", "6", "targets", targets));
  }

  /** A module whose parameters were moved away from their start. */
  static AdapterModule moved(TextBase base, AdapterMethod method, String name, long seed) {
    Random random = new Random(seed);
    AdapterModule module = AdapterModule.create(name, method, base.backbone(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
      }
    }
    return module;
  }

  static LivePart lora(TextBase base, String name, long seed) {
    return LivePart.of(moved(base, lora("all-linear"), name, seed));
  }

  public static Heads heads(TextBase base, long seed) {
    return Heads.create(
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b", "c"))),
        base.backbone().width(),
        new Random(seed));
  }

  static TextOptions options(DType precision) {
    return new TextOptions(Pooling.MEAN, 16, precision);
  }

  static LiveModel live(TextBase base) {
    return new LiveModel(base, heads(base, 1), options(DType.F32));
  }

  /** The bits of all scores of the texts. */
  static List<Integer> bits(LiveModel live) {
    return bits(live.logits(TEXTS));
  }

  static List<Integer> bits(float[][] rows) {
    List<Integer> bits = new ArrayList<>();
    for (float[] row : rows) {
      for (float value : row) {
        bits.add(Float.floatToRawIntBits(value));
      }
    }
    return bits;
  }
}
