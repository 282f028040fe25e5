package io.haori.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LoRA on every layer of a base, where inputs are freed before the pass backwards asks for them.
 */
class EveryLayerTest {
  private static final LoraConfig CONFIG =
      LoraConfig.DEFAULT.withRank(2, 4).withTargets(Targets.all());

  @TempDir Path temporary;

  private AdapterModule module(GoldenModel model, double dropout, long seed) {
    Random random = new Random(seed);
    LoraMethod method = new LoraMethod(CONFIG.withDropout(dropout));
    AdapterModule module = AdapterModule.create("m" + seed, method, model.backbone(), random);
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
    }
    return module;
  }

  @Test
  void dropoutTrains() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule module = module(model, 0.3, 1)) {
      train(model, module, List.of(module));
    }
  }

  @Test
  void raggedRowsOfTwoModulesTrain() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule one = module(model, 0, 1);
        AdapterModule two = module(model, 0, 2);
        TextBatch batch = batch()) {
      long first = batch.lengthOf(0);
      Routing routing =
          new Routing(List.of(1, batch.rows() - 1), List.of(first, batch.tokens() - first));
      train(model, AdapterModule.routed(List.of(one, two), routing), List.of(one, two));
    }
  }

  private TextBatch batch() {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    try (Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      return GoldenModel.batch(io);
    }
  }

  private void train(GoldenModel model, Adaptation adaptation, List<AdapterModule> modules) {
    try (TextBatch batch = batch();
        Tape tape = Tape.recording(DType.F32, 3)) {
      Variable loss;
      try (Scope forward = Scope.open()) {
        Variable logits = model.logits(tape, batch, adaptation, false);
        loss = GoldenModel.loss(tape, logits, new long[batch.rows()]);
        forward.keep(loss.value());
      }
      tape.backward(loss);
      for (AdapterModule module : modules) {
        for (TrainedParameter part : module.parameters()) {
          double size = part.parameter().gradient().abs().sum().item();
          assertThat(size).as(part.parameter().name()).isFinite().isPositive();
        }
      }
    }
  }
}
