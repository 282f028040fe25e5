package io.haori.adapter.mixfile;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.domix.Contributions;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mixes on disk: what is stored, what is refused, what is exported. */
class MixFolderTest {
  @TempDir Path temporary;
  private Scope scope;
  private GoldenModel model;
  private List<Path> modules;
  private Path mixed;

  @BeforeEach
  void makeModulesOfDifferentKind() throws IOException {
    scope = Scope.open();
    model = GoldenModel.open("bert-classification", temporary);
    modules =
        List.of(
            module("one", "query,value", 2, 8, 1),
            module("two", "all-linear", 3, 3, 2),
            module("three", "key,value", 1, 16, 3));
    mixed = Files.createDirectories(temporary.resolve("mixes/mixed"));
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  private Path module(String name, String targets, int rank, double alpha, long seed) {
    LoraConfig config =
        LoraConfig.DEFAULT.withRank(rank, alpha).withTargets(Targets.parse(targets));
    Random random = new Random(seed);
    try (AdapterModule module =
        AdapterModule.create(name, new LoraMethod(config), model.backbone(), random)) {
      moved(module, random);
      Path folder = temporary.resolve("modules").resolve(name);
      PeftFolder.write(folder, module, Map.of(), PeftSettings.bare(null));
      return folder;
    }
  }

  private static void moved(AdapterModule module, Random random) {
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.2, value.shape()));
    }
  }

  private AdapterModule mix() {
    List<MixedModule> opened = MixFolder.open(modules, model.backbone());
    DomixMethod method = new DomixMethod(DomixConfig.DEFAULT, opened);
    AdapterModule mix = AdapterModule.create("task", method, model.backbone(), new Random(4));
    opened.forEach(one -> one.module().close());
    moved(mix, new Random(5));
    return mix;
  }

  private Tensor hidden(Adaptation adaptation) {
    long[] ids = new Random(7).longs(24, 5, 96).toArray();
    try (TextBatch batch = new TextBatch(ids, new long[24], new int[] {8, 5, 8}, 8)) {
      return model.backbone().hidden(Tape.inference(DType.F32), batch, adaptation, false).value();
    }
  }

  @Test
  void aStoredMixComputesWhatItDid() {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
      assertThat(MixFolder.standsIn(mixed)).isTrue();
      try (AdapterModule read = MixFolder.read(mixed, model.backbone())) {
        assertThat(hidden(read).equalTo(hidden(mix))).isTrue();
        assertThat(new Contributions(read).modules()).containsExactly("one", "two", "three");
      }
    }
  }

  @Test
  void aMixIsFoundWhereItWasMovedWithItsModules() throws IOException {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
      Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
      Files.move(temporary.resolve("modules"), elsewhere.resolve("modules"));
      Files.move(temporary.resolve("mixes"), elsewhere.resolve("mixes"));
      try (AdapterModule read =
          MixFolder.read(elsewhere.resolve("mixes/mixed"), model.backbone())) {
        assertThat(hidden(read).equalTo(hidden(mix))).isTrue();
      }
    }
  }

  @Test
  void aModuleThatHasChangedIsRefused() throws IOException {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
    }
    String was = PeftFolder.digest(modules.get(1));
    module("two", "all-linear", 3, 3, 99);
    String is = PeftFolder.digest(modules.get(1));
    assertThatThrownBy(() -> MixFolder.read(mixed, model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            mixed
                + ": was made with the module two of digest "
                + was
                + ", but "
                + modules.get(1)
                + " has changed since, its digest is "
                + is);
  }

  @Test
  void aScaleThatHasChangedIsRefusedToo() throws IOException {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
    }
    Path config = modules.get(0).resolve("adapter_config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst("(\"lora_alpha\"\\s*:\\s*)8", "$1" + 9));
    assertThatThrownBy(() -> MixFolder.read(mixed, model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("was made with the module one of digest");
  }

  @Test
  void aModuleThatIsGoneIsNamedWithItsPlace() throws IOException {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
    }
    Files.move(modules.get(2), temporary.resolve("away"));
    assertThatThrownBy(() -> MixFolder.read(mixed, model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            mixed
                + ": needs the module three, but there is none in "
                + modules.get(2).toAbsolutePath());
  }

  @Test
  void aChoiceThatDoesNotExistIsRefused() throws IOException {
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
    }
    Path file = mixed.resolve("mix.json");
    Files.writeString(file, Files.readString(file).replace("\"full\"", "\"round\""));
    assertThatThrownBy(() -> MixFolder.read(mixed, model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": bridge must be full or diagonal, train P, B or both, bridgeStart ranks,"
                + " modules or sum, got \"round\", [\"P\",\"B\"] and \"ranks\"");
  }

  @Test
  void tensorsOfAnotherMixAreRefused() throws IOException {
    Path other = Files.createDirectories(temporary.resolve("mixes/other"));
    try (AdapterModule mix = mix()) {
      MixFolder.write(mixed, mix);
    }
    modules = modules.subList(0, 2);
    try (AdapterModule mix = mix()) {
      MixFolder.write(other, mix);
    }
    Files.copy(
        other.resolve("mix.safetensors"),
        mixed.resolve("mix.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> MixFolder.read(mixed, model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("must be")
        .hasMessageContaining("for these modules");
  }

  @Test
  void theExportIsOneLoraThatComputesTheSame() {
    try (AdapterModule mix = mix();
        AdapterModule lora = MixFolder.asLora("lora", mix, model.backbone().slots())) {
      assertClose("hidden", hidden(lora), hidden(mix), 1e-5, 1e-6);
      Path folder = temporary.resolve("exported");
      PeftFolder.write(folder, lora, Map.of(), PeftSettings.bare(null));
      var read = PeftFolder.read(folder, model.backbone());
      assertThat(hidden(read.module()).equalTo(hidden(lora))).isTrue();
      read.close();
    }
  }

  @Test
  void aTruncatedExportSaysHowMuchEnergyItLost() {
    try (AdapterModule mix = mix();
        AdapterModule lora = MixFolder.asLora("lora", mix, model.backbone().slots())) {
      LoraCombination.Truncation whole = LoraCombination.truncated("whole", lora, 6);
      assertThat(whole.lost()).isZero();
      LoraCombination.Truncation half = LoraCombination.truncated("half", lora, 2);
      assertThat(half.lost()).isBetween(1e-6, 0.9);
      half.module().close();
      whole.module().close();
    }
  }
}
