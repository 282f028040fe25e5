package io.haori.adapter.sparse;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SNIP's scores and masks against the reference implementation, on a tiny random model. */
class GoldenSparseTest {
  @TempDir Path temporary;

  /** What is done with the golden case, whose gradients are in its parameters. */
  private interface Check {
    void on(Weights io, AdapterModule module, Units units);
  }

  private void afterTheGoldenPass(Check check) {
    Path folder = Golden.copy("sparse", temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone());
        TextBatch batch = GoldenModel.batch(io);
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable logits = model.logits(tape, batch, adapter.module(), false);
      tape.backward(GoldenModel.loss(tape, logits, io.load("in.labels").toLongs()));
      check.on(io, adapter.module(), units(adapter.module()));
    }
  }

  private static Units units(AdapterModule module) {
    return Units.of(module, (LoraMethod) module.method(), Structure.NONE);
  }

  /** The reference's name of a parameter. */
  private static String reference(Parameter parameter) {
    String name = parameter.name().replaceFirst("(lora_[AB])", "$1.default");
    return "base_model.model.bert." + name;
  }

  @Test
  void scoresAreThoseOfTheReference() {
    afterTheGoldenPass(
        (io, module, units) -> {
          ScoreBoard board = new ScoreBoard(Score.SNIP, units, 1);
          board.observe(units.values(), units.gradients());
          float[] scores = board.scores(units.values());
          assertThat(units.parts()).hasSize(8);
          for (Units.Part part : units.parts()) {
            String name = reference(part.parameter());
            float[] ours = Arrays.copyOfRange(scores, part.offset(), part.offset() + part.count());
            Tensor actual = Tensors.of(ours, part.parameter().value().shape());
            assertClose(name, actual, io.load("score." + name), 1e-5, 1e-7);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"0.5, mask50.", "0.9, mask90."})
  void oneStepKeepsWhatTheReferenceKeeps(double sparsity, String masks) {
    afterTheGoldenPass(
        (io, module, units) -> {
          SparseConfig config =
              new SparseConfig(
                  sparsity,
                  Structure.NONE,
                  Score.SNIP,
                  PruningScope.GLOBAL,
                  new PruningSchedule(PruningSchedule.Shape.ONESHOT, 0, 1),
                  0,
                  1,
                  List.of());
          SparseMethod method = SparseMethod.of(new LoraMethod(LoraConfig.DEFAULT), config);
          List<Tensor> before =
              module.parameters().stream().map(p -> p.parameter().value().copy()).toList();
          try (StepRule rule = method.rule(module, 1)) {
            rule.begin(Phase.SHAPING);
            rule.beforeStep(1, 10);
            rule.afterStep(1, 10, 1e-3);
            assertThat(rule.isComplete()).isTrue();
          }
          for (int i = 0; i < before.size(); i++) {
            TrainedParameter trained = module.parameters().get(i);
            Tensor mask = io.load(masks + reference(trained.parameter())).to(DType.F32);
            Tensor expected = before.get(i).mul(mask);
            assertThat(trained.parameter().value().equalTo(expected))
                .as(trained.parameter().name())
                .isTrue();
          }
        });
  }
}
