package io.haori.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.peft.PeftFolder;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.image.PictureValues;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import io.haori.testkit.TensorAssert;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifiers that PEFT's own classes stored, used without {@code haori.json}. */
class ForeignFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Row> ROWS = List.of(new Row("wordau wordbc", null, null, null, 1));

  @TempDir Path temporary;

  private TextBase base(String name) {
    return base(Golden.copy("models/" + name, temporary));
  }

  private static void assertLogits(TextModel model, Path folder) {
    try (Scope scope = Scope.open();
        SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Tape tape = Tape.inference(DType.F32);
        TextBatch batch = batch(io)) {
      float[][] logits = model.heads().logits(0, model.pass().pooled(tape, batch, false).value());
      float[] flat = new float[logits.length * logits[0].length];
      for (int row = 0; row < logits.length; row++) {
        System.arraycopy(logits[row], 0, flat, row * logits[0].length, logits[0].length);
      }
      Tensor wanted = io.load("out.logits");
      TensorAssert.assertClose("logits", Tensors.of(flat, wanted.shape()), wanted, 1e-5, 0);
    }
  }

  private static TextBatch batch(SafetensorsFile io) {
    if (io.contains("in.pixel_values")) {
      Tensor pixels = io.load("in.pixel_values");
      int side = (int) pixels.size(2);
      return TextBatch.of(
          new PictureValues(
              pixels.toFloats(), (int) pixels.size(0), side, side, new PictureShape(side, 4, 1)));
    }
    Tensor ids = io.load("in.input_ids");
    int length = (int) ids.size(1);
    int[] lengths = new int[(int) ids.size(0)];
    long[] mask = io.load("in.attention_mask").toLongs();
    for (int i = 0; i < mask.length; i++) {
      lengths[i / length] += (int) mask[i];
    }
    return new TextBatch(ids.toLongs(), new long[mask.length], lengths, length);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification",
    "bert-rslora-all, bert-classification",
    "bert-lora-rank-pattern, bert-classification",
    "bert-dora-all, bert-classification",
    "roberta-lora-qv, roberta-classification",
    "distilbert-lora-qv, distilbert-classification",
    "vit-lora-all, vit-classification",
    "dinov2-lora-all, dinov2-classification",
    "dinov2-dora-qv, dinov2-classification",
    "dinov2-swiglu-lora-all, dinov2-swiglu",
    "dinov2-swiglu-dora-gate, dinov2-swiglu"
  })
  void answersAsPeftDoes(String adapter, String on) {
    Path folder = Golden.copy("adapters/" + adapter, temporary);
    try (TextBase base = base(on);
        TextModel model = AdapterFolder.load(folder, base, DType.F32)) {
      assertLogits(model, folder);
    }
  }

  @Test
  void distilBertsClassifierIsStoredAgainUnderPeftsNames() {
    Path folder = Golden.copy("adapters/distilbert-lora-qv", temporary);
    try (Scope scope = Scope.open();
        TextBase base = base("distilbert-classification");
        TextModel model = AdapterFolder.load(folder, base, DType.F32);
        SafetensorsFile stored = SafetensorsFile.open(folder.resolve(PeftFolder.TENSORS))) {
      TransformersClassifier form = TransformersClassifier.of(model, model.module()).orElseThrow();
      assertThat(form.modulesToSave()).containsExactly("classifier", "pre_classifier");
      assertThat(form.tensors().keySet())
          .containsExactlyInAnyOrder(
              "pre_classifier.weight",
              "pre_classifier.bias",
              "classifier.weight",
              "classifier.bias");
      form.tensors()
          .forEach(
              (name, value) ->
                  TensorAssert.assertClose(
                      name, value, stored.load("base_model.model." + name), 0, 0));
    }
  }

  @Test
  void distilBertsClassifierWithoutItsFirstLayerIsRefused() {
    Path folder = Golden.copy("adapters/distilbert-lora-qv", temporary);
    changeTensors(
        folder, tensors -> tensors.keySet().removeIf(name -> name.contains("pre_classifier")));
    try (TextBase base = base("distilbert-classification")) {
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "modules_to_save of "
                  + folder
                  + " must be with pre_classifier, which DistilBERT's classifier has before its"
                  + " last layer, got a head without it");
    }
  }

  @Test
  void labelsThatAreNotInTheAlphabetsOrderKeepTheirOutputs() {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    List<String> names = List.of("zebra", "ant", "bee");
    try (TextBase base = base("bert-classification");
        TextModel plain = AdapterFolder.load(folder, base, List.of("0", "1", "2"), DType.F32);
        TextModel named = AdapterFolder.load(folder, base, names, DType.F32)) {
      assertThat(named.heads().labels().heads().get(0).labels().names())
          .containsExactly("ant", "bee", "zebra");
      float[] expected = plain.answers(plain.tokenize(ROWS), new int[1])[0];
      float[] actual = named.answers(named.tokenize(ROWS), new int[1])[0];
      assertThat(actual)
          .containsExactly(new float[] {expected[1], expected[2], expected[0]}, within(1e-6f));
    }
  }

  @Test
  void labelsComeFromTheBaseOrAreNumbers() throws IOException {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Path base = Golden.copy("models/bert-classification", temporary);
    change(
        base.resolve("config.json"),
        json -> json.putObject("id2label").put("0", "no").put("1", "yes").put("2", "maybe"));
    assertThat(names(folder, base)).containsExactly("maybe", "no", "yes");
    change(base.resolve("config.json"), json -> json.remove("id2label"));
    assertThat(names(folder, base)).containsExactly("0", "1", "2");
  }

  private static List<String> names(Path folder, Path base) {
    HaoriJson json = AdapterFolder.describe(folder, base.toString(), List.of());
    return json.labels().heads().get(0).labels().names();
  }

  @Test
  void aHeadOfOneOutputGivesANumber() {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    changeTensors(
        folder,
        tensors -> {
          String head = "base_model.model.classifier.";
          tensors.put(head + "weight", tensors.get(head + "weight").narrow(0, 0, 1).copy());
          tensors.put(head + "bias", tensors.get(head + "bias").narrow(0, 0, 1).copy());
        });
    Path base = Golden.copy("models/bert-classification", temporary);

    HaoriJson json = AdapterFolder.describe(folder, base.toString(), List.of());

    assertThat(json.labels().task()).isEqualTo(TaskCatalogue.REGRESSION);
    assertThatThrownBy(() -> AdapterFolder.describe(folder, base.toString(), List.of("a", "b")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "headLabels must be left out for "
                + folder
                + ", whose head gives one number, got 2"
                + " names");
  }

  @Test
  void whatCannotAnswerIsRefusedWithAWayOut() throws IOException {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Path base = Golden.copy("models/bert-classification", temporary);
    Path config = folder.resolve(PeftFolder.CONFIG);

    assertRefused(
        folder,
        base,
        List.of("a", "b"),
        "headLabels must be the 3 labels of %s, one a line, got 2");
    change(config, json -> json.put("base_model_name_or_path", "somebody/base"));
    assertRefused(
        folder,
        null,
        List.of(),
        "base must be the base of %s, which names somebody/base, where none is, got nothing");
    change(config, json -> json.put("task_type", "CAUSAL_LM"));
    assertRefused(
        folder,
        base,
        List.of(),
        "%s/adapter_config.json: task_type must be SEQ_CLS or TOKEN_CLS to answer texts, got"
            + " CAUSAL_LM");
    change(config, json -> json.put("task_type", "SEQ_CLS"));
    changeTensors(
        folder, tensors -> tensors.keySet().removeIf(name -> name.contains("classifier")));
    assertRefused(
        folder,
        base,
        List.of(),
        "%s: holds no head of a task (no classifier among its tensors), so it answers nothing; mix"
            + " it for a task");
  }

  private static void assertRefused(Path folder, Path base, List<String> names, String sentence) {
    String named = base == null ? null : base.toString();
    assertThatThrownBy(() -> AdapterFolder.describe(folder, named, names))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence.replace("%s", folder.toString()));
  }

  @Test
  void aBaseWithoutAPoolerIsRefusedUnlessOneIsStored() {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Path plain = Golden.copy("models/bert-classification", temporary);
    Path file = plain.resolve("model.safetensors");
    Map<String, Tensor> pooler = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      changeTensors(
          file,
          tensors ->
              List.of("weight", "bias")
                  .forEach(
                      part -> {
                        String name = "bert.pooler.dense." + part;
                        pooler.put("base_model.model." + name, tensors.remove(name).retain());
                      }));
      try (TextBase base = base(plain)) {
        assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
            .isInstanceOf(UserError.class)
            .hasMessage(
                "base of "
                    + folder
                    + " must be one with a pooler, through which BERT's classifier reads a text,"
                    + " unless modules_to_save has a pooler as well, got "
                    + plain
                    + " without one");
        changeTensors(folder.resolve(PeftFolder.TENSORS), tensors -> tensors.putAll(pooler));
        try (TextModel model = AdapterFolder.load(folder, base, DType.F32)) {
          // The pooler is the one that the reference had.
          assertLogits(model, folder);
        }
      }
    }
  }

  /** A golden base; its tokenizer is another base's. */
  private TextBase base(Path folder) {
    Tokenizer tokenizer =
        Tokenizer.ofVocabulary(
            TinyBase.folder(temporary.resolve("words")).resolve("vocab.txt"), true);
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
      Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32);
      return new TextBase(folder.toString(), "digest", backbone, tokenizer);
    }
  }

  private static void change(Path file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    Files.writeString(file, json.toString());
  }

  /** Of an adapter's folder, or of a file. */
  private static void changeTensors(Path place, Consumer<Map<String, Tensor>> change) {
    Path file = Files.isDirectory(place) ? place.resolve(PeftFolder.TENSORS) : place;
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().forEach(name -> tensors.put(name, stored.load(name)));
      }
      change.accept(tensors);
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
  }
}
