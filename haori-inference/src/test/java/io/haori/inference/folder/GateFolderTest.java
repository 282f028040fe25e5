package io.haori.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LivePart;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gate is stored with its modules and comes back as one module that answers as before. */
final class GateFolderTest {
  private static final List<String> TEXTS =
      List.of("wordai wordbc wordcd", "wordaa", "wordbb wordac wordbd wordag");
  private static final Provenance PROVENANCE =
      new Provenance(Map.of(), Map.of(), 1, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;
  private TextBase base;
  private Path folder;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    folder = temporary.resolve("gate");
  }

  @AfterEach
  void close() {
    base.close();
  }

  private AdapterModule module(String name, String method, Map<String, String> settings) {
    Random random = new Random(name.hashCode());
    AdapterModule module =
        AdapterModule.create(
            name, MethodCatalogue.create(method, settings), base.backbone(), random);
    move(module, random);
    return module;
  }

  private static void move(AdapterModule module, Random random) {
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.2, value.shape()));
      }
    }
  }

  private TextModel gate(GateConfig.Kind kind, AdapterModule... modules) {
    Random random = new Random(3);
    GateMethod method = new GateMethod(GateConfig.DEFAULT.withKind(kind), List.of(modules));
    AdapterModule gate = AdapterModule.create("task", method, base.backbone(), random);
    move(gate, random);
    DomainLabels labels =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b", "c")));
    Heads heads = Heads.create(labels, base.backbone().width(), random);
    return new TextModel(base, gate, heads, new TextOptions(Pooling.MEAN, 16, DType.F32));
  }

  @ParameterizedTest
  @EnumSource(GateConfig.Kind.class)
  void aStoredGateAnswersAsBeforeWithoutItsModulesBesideIt(GateConfig.Kind kind) {
    List<Prediction> before;
    try (AdapterModule one = module("food", "lora", Map.of("targets", "query,value"));
        AdapterModule two = module("plants", "lora", Map.of("targets", "query,output.dense"));
        TextModel model = gate(kind, one, two)) {
      before = model.predict(TEXTS);
      AdapterFolder.save(folder, model, PROVENANCE);
    }
    Path again = temporary.resolve("again");
    try (TextModel stored = AdapterFolder.load(folder, base, DType.F32)) {
      assertThat(stored.predict(TEXTS)).isEqualTo(before);
      AdapterFolder.save(again, stored, PROVENANCE);
    }
    AtomicFiles.delete(folder);
    try (LiveModel live = new LiveModel(base, null, new TextOptions(Pooling.MEAN, 16, DType.F32))) {
      live.attach("gate", LivePart.read(again, base, DType.F32));
      assertThat(live.modules().get(0).uses()).isEmpty();
      try (LiveSnapshot snapshot = live.snapshot()) {
        TextModel stored = AdapterFolder.load(again, base, DType.F32);
        assertThat(stored.predict(TEXTS)).isEqualTo(before);
        stored.close();
        float[][] answers = snapshot.answers("gate", TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
          assertThat((double) answers[i][1]).isEqualTo(before.get(i).probabilities().get("b"));
        }
      }
    }
  }

  @Test
  void whatCannotBeStoredIsSaidAndLeavesWhatWasThere() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("kept"), "kept");
    try (AdapterModule one = module("food", "bottleneck", Map.of());
        TextModel model = gate(GateConfig.Kind.TASK, one)) {
      assertThatThrownBy(() -> AdapterFolder.save(folder, model, PROVENANCE))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "modules of a gate must be of methods that PEFT can hold to be stored, got"
                  + " bottleneck in module food");
    }
    try (AdapterModule one = module("../food", "lora", Map.of());
        TextModel model = gate(GateConfig.Kind.TASK, one)) {
      assertThatThrownBy(() -> AdapterFolder.save(folder, model, PROVENANCE))
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith(": name of a gate's module must be one word, got ../food");
    }
    assertThat(folder.resolve("kept")).exists();
  }

  @Test
  void aFolderWithoutOneOfItsModulesIsRefused() {
    try (AdapterModule one = module("food", "lora", Map.of());
        TextModel model = gate(GateConfig.Kind.TASK, one)) {
      AdapterFolder.save(folder, model, PROVENANCE);
    }
    AtomicFiles.delete(folder.resolve("modules/food"));
    assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(folder.resolve("modules/food").toString());
  }
}
