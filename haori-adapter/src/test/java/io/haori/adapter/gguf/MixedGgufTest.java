package io.haori.adapter.gguf;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.model.gguf.GgufFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mix of modules as one adapter of llama.cpp's. */
class MixedGgufTest {
  @TempDir Path temporary;

  private static void moved(AdapterModule module, Random random) {
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.2, value.shape()));
    }
  }

  private Path module(String name, String targets, int rank, GoldenModel model) {
    LoraConfig config = LoraConfig.DEFAULT.withRank(rank, 8).withTargets(Targets.parse(targets));
    Random random = new Random(rank);
    Path folder = temporary.resolve(name);
    try (AdapterModule module =
        AdapterModule.create(name, new LoraMethod(config), model.backbone(), random)) {
      moved(module, random);
      PeftFolder.write(folder, module, Map.of(), PeftSettings.causal("model.", null));
    }
    return folder;
  }

  private static Tensor hidden(GoldenModel model, Adaptation adaptation) {
    long[] ids = new Random(7).longs(16, 0, 64).toArray();
    try (TextBatch batch = new TextBatch(ids, new long[16], new int[] {8, 5}, 8)) {
      Tape tape = Tape.inference(DType.F32);
      return model.backbone().hidden(tape, batch, adaptation, false).value();
    }
  }

  @Test
  void aMixIsOneAdapterOfAllItsRanks() {
    Path file = temporary.resolve("mix.gguf");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("llama-causal", temporary)) {
      List<MixedModule> opened =
          MixFolder.open(
              List.of(
                  module("one", "q_proj,v_proj", 2, model), module("two", "all-linear", 3, model)),
              model.backbone());
      DomixMethod method = new DomixMethod(DomixConfig.DEFAULT, opened);
      try (AdapterModule mix =
          AdapterModule.create("task", method, model.backbone(), new Random(4))) {
        opened.forEach(one -> one.module().close());
        moved(mix, new Random(5));
        try (PeftExport export = PeftExport.of(mix, model.backbone().slots(), null)) {
          GgufAdapter.write(file, export.module(), model.backbone());
        }
        try (GgufFile written = GgufFile.open(file);
            AdapterModule read = GgufAdapter.read(file, "a", model.backbone())) {
          assertThat(written.real("adapter.lora.alpha", -1)).isZero();
          assertThat(written.shape("blk.0.attn_q.weight.lora_a")[0]).isEqualTo(5);
          assertThat(written.shape("blk.0.attn_k.weight.lora_a")[0]).isEqualTo(3);
          Tensor wanted = hidden(model, mix);
          assertThat(hidden(model, Adaptation.NONE).sub(wanted).abs().mean().item())
              .isGreaterThan(0.01);
          assertClose("hidden", hidden(model, read), wanted, 1e-5, 1e-5);
        }
      }
    }
  }
}
