package io.haori.adapter.peft;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeftFolderTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String QUERY = "encoder.layer.0.attention.self.query";

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification",
    "bert-rslora-all, bert-classification",
    "bert-lora-rank-pattern, bert-classification",
    "bert-mlm-lora-all, bert-mlm",
    "roberta-lora-qv, roberta-classification",
    "bert-dora-qv, bert-classification",
    "bert-dora-all, bert-classification"
  })
  void aRoundTripKeepsEveryBitAndEveryMeaning(String name, String base) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    Path written = temporary.resolve("written");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open(base, temporary);
        PeftAdapter first = PeftFolder.read(folder, model.backbone())) {
      assertThat(first.module().name()).isEqualTo(name);
      assertThat(first.headTensors().keySet()).isEqualTo(model.head().keySet());
      PeftFolder.write(written, first.module(), first.headTensors(), first.settings());
      assertSameTensors(folder, written);
      try (PeftAdapter second = PeftFolder.read(written, model.backbone())) {
        assertThat(second.settings()).isEqualTo(first.settings());
        for (String slot : first.module().layers().keySet()) {
          assertThat(config(second).rankOf(slot)).isEqualTo(config(first).rankOf(slot));
          assertThat(config(second).scaleOf(slot)).isEqualTo(config(first).scaleOf(slot));
        }
        assertThat(List.copyOf(config(second).rankPattern().entrySet()))
            .isEqualTo(List.copyOf(config(first).rankPattern().entrySet()));
        assertThat(config(second).alphaPattern()).isEqualTo(config(first).alphaPattern());
      }
    }
  }

  private static LoraConfig config(PeftAdapter adapter) {
    AdapterMethod method = adapter.module().method();
    return PeftForm.ALL.stream()
        .map(form -> form.config(method))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static void assertSameTensors(Path expected, Path actual) {
    try (Weights wanted = SafetensorsFile.open(expected.resolve(PeftFolder.TENSORS));
        Weights got = SafetensorsFile.open(actual.resolve(PeftFolder.TENSORS))) {
      assertThat(got.names()).isEqualTo(wanted.names());
      for (String name : wanted.names()) {
        assertThat(got.load(name).equalTo(wanted.load(name))).as(name).isTrue();
      }
    }
  }

  @Test
  void readsWhatTheConfigurationSays() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      Path folder =
          changed(
              "bert-lora-qv",
              json -> {
                json.put("base_model_name_or_path", "some/base");
                json.put("revision", "main");
                json.put("lora_dropout", 0.25);
              });
      try (PeftAdapter adapter = PeftFolder.read(folder, "food", model.backbone())) {
        assertThat(adapter.module().name()).isEqualTo("food");
        assertThat(adapter.settings())
            .isEqualTo(
                new PeftSettings(
                    "bert.",
                    "SEQ_CLS",
                    "some/base",
                    "main",
                    true,
                    "0.21.0",
                    List.of("classifier", "score")));
        LoraConfig config = config(adapter);
        assertThat(config.rank()).isEqualTo(4);
        assertThat(config.alpha()).isEqualTo(8);
        assertThat(config.dropout()).isEqualTo(0.25);
        assertThat(config.targets()).isEqualTo(Targets.named(List.of("query", "value")));
      }
    }
  }

  @Test
  void whatIsNotSaidHasPeftsDefaults() throws IOException {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      LoraConfig ours = LoraConfig.DEFAULT.withRank(8, 8);
      Path folder = temporary.resolve("minimal");
      try (AdapterModule module = module(model, ours)) {
        PeftFolder.write(folder, module, Map.of(), PeftSettings.bare(null));
      }
      Files.writeString(
          folder.resolve(PeftFolder.CONFIG),
          """
          {"peft_type": "LORA", "target_modules": ["query", "value"]}
          """);
      try (PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
        assertThat(config(adapter)).isEqualTo(ours);
        assertThat(adapter.settings())
            .isEqualTo(new PeftSettings("", null, null, null, false, null, List.of()));
        assertThat(adapter.headTensors()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"target_modules": ["query", "value"], "layers_to_transform": 1}                                    | layer.1.attention.self.query layer.1.attention.self.value
          {"target_modules": ["query", "key"], "layers_to_transform": [0], "layers_pattern": "layer"}         | layer.0.attention.self.query layer.0.attention.self.key
          {"target_modules": ["query"], "layers_to_transform": [0], "layers_pattern": ["h", "layer"]}         | layer.0.attention.self.query
          {"target_modules": ["query", "bert.encoder.layer.1.attention.self.key"], "layers_to_transform": [0]} | layer.0.attention.self.query layer.1.attention.self.key
          {"target_modules": "all-linear", "exclude_modules": ["dense", "key", "layer.0.attention.self.value"]} | layer.0.attention.self.query layer.1.attention.self.query layer.1.attention.self.value
          {"target_modules": "bert\\\\.encoder\\\\.layer\\\\.0.*query"}                                       | layer.0.attention.self.query
          {"target_modules": ["query"], "exclude_modules": ".*layer\\\\.1\\\\..*"}                            | layer.0.attention.self.query
          {"target_modules": ["query", "pooler.dense"], "modules_to_save": ["classifier", "pooler"]}          | layer.0.attention.self.query layer.1.attention.self.query
          """)
  void selectsLayersAsPeftDoes(String keys, String expected) throws IOException {
    List<String> slots = List.of(expected.split(" ")).stream().map(s -> "encoder." + s).toList();
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      Path folder = temporary.resolve("selected");
      LoraConfig ours = LoraConfig.DEFAULT.withRank(2, 4).withTargets(Targets.named(slots));
      try (AdapterModule module = module(model, ours)) {
        PeftFolder.write(folder, module, Map.of(), PeftSettings.classification("bert.", null));
      }
      ObjectNode json = (ObjectNode) JSON.readTree(keys);
      json.put("peft_type", "LORA").put("r", 2).put("lora_alpha", 4);
      Files.writeString(folder.resolve(PeftFolder.CONFIG), json.toString());
      try (PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
        assertThat(adapter.module().layers().keySet()).containsExactlyInAnyOrderElementsOf(slots);
        // What the method says of slots is what was read, whatever the prefix in the file.
        assertThat(adapter.module().method().slots(model.backbone().slots()))
            .extracting(Slot::name)
            .containsExactlyInAnyOrderElementsOf(slots);
      }
    }
  }

  @Test
  void anAdapterWithEveryKindOfPatternGivesTheLogitsOfTheReference() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("every-pattern"));
    for (String file : List.of(PeftFolder.CONFIG, PeftFolder.TENSORS, "io.safetensors")) {
      try (InputStream in = getClass().getResourceAsStream("/peft/every-pattern/" + file)) {
        Files.write(folder.resolve(file), in.readAllBytes());
      }
    }
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        TextBatch batch = GoldenModel.batch(io);
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
      Tape tape = Tape.inference(DType.F32);
      Tensor logits = model.logits(tape, batch, adapter.module(), false).value();
      assertClose("logits", logits, io.load("out"), 1e-5, 1e-6);
    }
  }

  @Test
  void patternsThatSpellOutTheModelsPrefixHold() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      Path folder =
          changed(
              "bert-lora-qv",
              json ->
                  json.putObject("alpha_pattern")
                      .put("^bert.encoder.layer.0.attention.self.query", 2)
                      .put("value", 12));
      try (PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
        assertThat(config(adapter).scaleOf(QUERY)).isEqualTo(0.5);
        assertThat(config(adapter).scaleOf(QUERY.replace("0", "1"))).isEqualTo(2);
        assertThat(config(adapter).scaleOf(QUERY.replace("query", "value"))).isEqualTo(3);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F16", "BF16"})
  void narrowTensorsOfLayersAreWidenedExactlyAndHeadsStayAsTheyAre(DType dtype) {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Path narrow = temporary.resolve("narrow");
    Path written = temporary.resolve("written");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (Weights stored = SafetensorsFile.open(folder.resolve(PeftFolder.TENSORS))) {
        stored.names().forEach(name -> tensors.put(name, stored.load(name).to(dtype)));
      }
      SafetensorsWriter.write(narrow.resolve(PeftFolder.TENSORS), tensors, Map.of());
      copy(folder.resolve(PeftFolder.CONFIG), narrow.resolve(PeftFolder.CONFIG));
      try (PeftAdapter adapter = PeftFolder.read(narrow, model.backbone())) {
        PeftFolder.write(written, adapter.module(), adapter.headTensors(), adapter.settings());
      }
      try (Weights stored = SafetensorsFile.open(written.resolve(PeftFolder.TENSORS))) {
        tensors.forEach(
            (name, tensor) -> {
              boolean head = name.contains("classifier");
              assertThat(stored.dtype(name)).isEqualTo(head ? dtype : DType.F32);
              assertThat(stored.load(name).to(dtype).equalTo(tensor)).isTrue();
            });
      }
    }
  }

  @Test
  void layersThatHeadsShareANameWithAreWrittenInFull() throws IOException {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("roberta-classification", temporary)) {
      LoraConfig dense = LoraConfig.DEFAULT.withTargets(Targets.parse("output.dense"));
      LoraConfig query = LoraConfig.DEFAULT.withTargets(Targets.parse("query"));
      assertThat(writtenConfig(model, dense).get("target_modules").toString())
          .isEqualTo(
              """
              ["roberta.encoder.layer.0.attention.output.dense","roberta.encoder.layer.0.output.dense",\
              "roberta.encoder.layer.1.attention.output.dense","roberta.encoder.layer.1.output.dense"]""");
      assertThat(writtenConfig(model, query).get("target_modules").toString())
          .isEqualTo("[\"query\"]");
    }
  }

  private ObjectNode writtenConfig(GoldenModel model, LoraConfig config) throws IOException {
    Path folder = temporary.resolve("written");
    try (AdapterModule module = module(model, config)) {
      PeftFolder.write(folder, module, Map.of(), PeftSettings.classification("roberta.", "base"));
    }
    return (ObjectNode) JSON.readTree(folder.resolve(PeftFolder.CONFIG).toFile());
  }

  @Test
  void everyHeadIsListedSoThatPeftLoadsIt() throws IOException {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule module = module(model, LoraConfig.DEFAULT)) {
      Map<String, Tensor> heads = new LinkedHashMap<>();
      heads.put("classifier.weight", Tensors.zeros(DType.F32, 3, 32));
      heads.put("regression.out.bias", Tensors.zeros(DType.F32, 1));
      Path folder = temporary.resolve("written");
      PeftFolder.write(folder, module, heads, PeftSettings.classification("bert.", "base"));
      ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve(PeftFolder.CONFIG).toFile());
      assertThat(json.get("modules_to_save").toString())
          .isEqualTo("[\"classifier\",\"regression\"]");
    }
  }

  @Test
  void aMethodThatPeftDoesNotKnowIsRefused() {
    AdapterModule frozen = new AdapterModule("frozen", new FrozenMethod(), Map.of());
    assertThatThrownBy(
            () ->
                PeftFolder.write(temporary.resolve("x"), frozen, Map.of(), PeftSettings.bare(null)))
        .isInstanceOf(UserError.class)
        .hasMessage("method of a PEFT folder must be one of [lora, dora], got frozen");
    assertThat(temporary.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          r: 8          | adapter_model.safetensors: shape of encoder.layer.0.attention.self.query.lora_A.weight must be [8, 32] for this base and rank, got [4, 32]
          target_modules: [query] | adapter_model.safetensors: 'base_model.model.bert.encoder.layer.0.attention.self.value.lora_A.weight' sits on a layer that target_modules does not name
          target_modules: [query, value, key] | adapter_model.safetensors: holds no tensor 'base_model.model.bert.encoder.layer.0.attention.self.key.lora_A.weight', which target_modules needs
          """)
  void aFileThatDoesNotFitItsConfigurationIsRefused(String change, String message)
      throws IOException {
    List<String> parts = List.of(change.split(": ", 2));
    Path folder =
        changed(
            "bert-lora-qv",
            json -> {
              if (parts.get(0).equals("r")) {
                json.put("r", Integer.parseInt(parts.get(1)));
              } else {
                var array = json.putArray(parts.get(0));
                List.of(parts.get(1).replaceAll("[\\[\\] ]", "").split(",")).forEach(array::add);
              }
            });
    assertRefused(folder, "bert-classification", message);
  }

  @Test
  void tensorsThatBelongNowhereAreNamed() {
    assertRefused(
        withTensor("base_model.model.bert.encoder.layer.7.attention.self.query.lora_A.weight"),
        "bert-classification",
        "adapter_model.safetensors:"
            + " 'base_model.model.bert.encoder.layer.7.attention.self.query.lora_A.weight' sits on"
            + " no layer of this base that can be adapted");
    assertRefused(
        withTensor("bert." + QUERY + ".lora_A.weight"),
        "bert-classification",
        "adapter_model.safetensors: 'bert.encoder.layer.0.attention.self.query.lora_A.weight' must"
            + " begin with base_model.model., as PEFT names its tensors");
    assertRefused(
        withTensor("base_model.model.bert." + QUERY + ".lora_magnitude_vector"),
        "bert-classification",
        "adapter_model.safetensors:"
            + " 'base_model.model.bert.encoder.layer.0.attention.self.query.lora_magnitude_vector'"
            + " is not supported here");
    assertRefused(
        withTensor("base_model.model.roberta." + QUERY + ".lora_A.weight"),
        "bert-classification",
        "adapter_model.safetensors:"
            + " 'base_model.model.roberta.encoder.layer.0.attention.self.query.lora_A.weight' must"
            + " begin with base_model.model.bert. as the others do");
    assertRefused(
        withTensor("base_model.model.bert.embeddings.word_embeddings.weight"),
        "bert-classification",
        "adapter_model.safetensors: modules_to_save with a layer of the base is not supported here,"
            + " got bert.embeddings.word_embeddings.weight");
  }

  @Test
  void anIntegerTensorIsRefused() {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = tensors(folder);
      tensors.replaceAll((name, tensor) -> tensor.to(DType.I32));
      SafetensorsWriter.write(folder.resolve(PeftFolder.TENSORS), tensors, Map.of());
    }
    assertRefused(
        folder,
        "bert-classification",
        "adapter_model.safetensors:"
            + " base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight must have a"
            + " floating type, got I32");
  }

  @Test
  void missingFilesAndPicklesAreRefused() throws IOException {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Files.delete(folder.resolve(PeftFolder.TENSORS));
    assertRefused(folder, "bert-classification", "adapter_model.safetensors: does not exist");
    Files.writeString(folder.resolve("adapter_model.bin"), "");
    assertRefused(
        folder,
        "bert-classification",
        "adapter_model.bin: is a pickle, which is never read; convert it to safetensors");
    Files.delete(folder.resolve(PeftFolder.CONFIG));
    assertRefused(folder, "bert-classification", "adapter_config.json: does not exist");
  }

  private void assertRefused(Path folder, String base, String message) {
    try (GoldenModel model = GoldenModel.open(base, temporary)) {
      assertThatThrownBy(() -> PeftFolder.read(folder, model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage(folder + "/" + message);
    }
  }

  private static AdapterModule module(GoldenModel model, LoraConfig config) {
    return AdapterModule.create("m", new LoraMethod(config), model.backbone(), new Random(1));
  }

  private static Map<String, Tensor> tensors(Path folder) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Weights stored = SafetensorsFile.open(folder.resolve(PeftFolder.TENSORS))) {
      stored.names().forEach(name -> tensors.put(name, stored.load(name)));
    }
    return tensors;
  }

  private Path withTensor(String name) {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = tensors(folder);
      tensors.put(name, Tensors.zeros(DType.F32, 4, 32));
      SafetensorsWriter.write(folder.resolve(PeftFolder.TENSORS), tensors, Map.of());
    }
    return folder;
  }

  private Path changed(String name, Consumer<ObjectNode> change) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    Path file = folder.resolve(PeftFolder.CONFIG);
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
      change.accept(json);
      Files.writeString(file, json.toString());
      return folder;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
