package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.TransformersClassifier;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ConfigWriter;
import io.haori.model.config.ModelConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import io.haori.training.task.answer.Agreement;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads in the form of transformers' sequence classifiers. */
class TransformersClassifierTest {
  private static final List<String> TEXTS =
      List.of("wordau", "wordau wordbc wordcd", "wordbb wordbb wordca wordaw wordax");

  @TempDir Path temporary;

  private TextBase base(String name, boolean pooler) throws Exception {
    Path folder = Golden.copy("models/" + name, temporary);
    Path file = folder.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().forEach(one -> tensors.put(one, stored.load(one)));
      }
      String prefix = name.startsWith("roberta") ? "roberta." : "bert.";
      Random random = new Random(3);
      for (String part : List.of("weight", "bias")) {
        String whole = prefix + "pooler.dense." + part;
        tensors.remove(whole);
        if (pooler) {
          long[] shape = part.equals("weight") ? new long[] {32, 32} : new long[] {32};
          tensors.put(whole, Tensors.normal(random, 0.4, shape));
        }
      }
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
    Path words = TinyBase.folder(temporary.resolve("words")).resolve("vocab.txt");
    Tokenizer tokenizer = Tokenizer.ofVocabulary(words, true);
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
      Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32);
      return new TextBase(folder.toString(), "digest", backbone, tokenizer);
    }
  }

  private static TextModel model(TextBase base, String method, Pooling pooling, Task task) {
    Random random = new Random(11);
    AdapterModule module =
        AdapterModule.create(
            "task",
            MethodCatalogue.create(method, Map.of("rank", "2", "targets", "all-linear")),
            base.backbone(),
            random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.2, value.shape()));
      }
    }
    DomainLabels labels =
        task == TaskCatalogue.REGRESSION
            ? new DomainLabels(task, List.of(new DomainLabels.Head("", LabelSet.of(List.of()))))
            : DomainLabels.single(
                TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("b", "a", "c")));
    Heads heads = Heads.create(labels, base.backbone().width(), random);
    return new TextModel(base, module, heads, new TextOptions(pooling, 16, DType.F32));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-classification, true, lora, CLS, CLASSIFICATION, classifier",
    "bert-classification, true, dora, CLS, CLASSIFICATION, classifier",
    "bert-classification, true, lora, CLS, REGRESSION, classifier",
    "bert-classification, true, lora, FIRST, CLASSIFICATION, classifier pooler",
    "bert-classification, false, lora, CLS, CLASSIFICATION, classifier pooler",
    "roberta-classification, true, lora, CLS, CLASSIFICATION, classifier",
    "roberta-classification, true, dora, CLS, REGRESSION, classifier",
    "roberta-classification, false, dora, CLS, CLASSIFICATION, classifier",
  })
  void whatIsWrittenAnswersTheSameAsReadByOthers(
      String name, boolean pooler, String method, Pooling pooling, String taskName, String modules)
      throws Exception {
    Task task = TaskCatalogue.find(taskName).orElseThrow();
    Path out = temporary.resolve("out");
    try (TextBase base = base(name, pooler);
        TextModel model = model(base, method, pooling, task);
        Scope scope = Scope.open()) {
      TransformersClassifier form = TransformersClassifier.of(model, model.module()).orElseThrow();
      assertThat(form.modulesToSave()).containsExactly(modules.split(" "));
      String type = base.backbone().config().modelType();
      PeftFolder.write(
          out,
          form.module(),
          form.tensors(),
          PeftSettings.classification(type + ".", null, form.modulesToSave()));

      // Every name is one of the class that PEFT wraps: the encoder is inside bert or roberta.
      Set<String> names = names(out.resolve(PeftFolder.TENSORS));
      assertThat(names)
          .allMatch(
              one ->
                  one.startsWith("base_model.model." + type + ".encoder.layer.")
                      || one.startsWith("base_model.model." + type + ".pooler.dense.")
                      || one.startsWith("base_model.model.classifier."));
      boolean roberta = type.equals("roberta");
      assertThat(names)
          .contains("base_model.model.classifier." + (roberta ? "out_proj." : "") + "weight");
      // Transformers' RoBERTa classifier has no pooler that an adapter could sit on.
      assertThat(names.stream().anyMatch(one -> one.contains("pooler.dense.lora")))
          .isEqualTo(!roberta && pooler && pooling == Pooling.CLS);

      try (TextModel again = AdapterFolder.load(out, base, form.labels(), DType.F32)) {
        assertThat(
                Agreement.difference(
                    model,
                    again,
                    TEXTS.stream().map(t -> new Row(t, null, null, null, 1)).toList()))
            .isLessThan(1e-5);
      }
    }
  }

  private static Set<String> names(Path file) {
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      return Set.copyOf(stored.names());
    }
  }

  @Test
  void outputsAreInTheOrderOfTheBasesOwnLabels() throws Exception {
    Path folder = Golden.copy("models/bert-classification", temporary);
    try (TextBase plain = base("bert-classification", true);
        TextModel sorted = model(plain, "lora", Pooling.CLS, TaskCatalogue.CLASSIFICATION);
        Scope scope = Scope.open()) {
      Path file = temporary.resolve("named.json");
      List<String> order = List.of("c", "a", "b");
      ConfigWriter.write(file, plain.backbone().config(), "BertModel", null, order);
      ModelConfig named = FamilyCatalogue.read(file);
      TransformersClassifier form =
          TransformersClassifier.of(sorted, sorted.module()).orElseThrow();
      assertThat(form.labels()).containsExactly("a", "b", "c");
      try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
          Backbone backbone = FamilyCatalogue.build(named, weights, DType.F32)) {
        TextBase base = new TextBase("named", "digest", backbone, plain.tokenizer());
        try (TextModel model = model(base, "lora", Pooling.CLS, TaskCatalogue.CLASSIFICATION)) {
          TransformersClassifier ordered =
              TransformersClassifier.of(model, model.module()).orElseThrow();
          assertThat(ordered.labels()).containsExactly("c", "a", "b");
          float[] bias = ordered.tensors().get("classifier.weight").toFloats();
          float[] ours = model.heads().tensors().get("classifier.weight").toFloats();
          assertThat(bias[0]).isEqualTo(ours[2 * 32]);
          assertThat(bias[32]).isEqualTo(ours[0]);
        }
      }
    }
  }

  @Test
  void whatTransformersCannotExpressIsSaid() throws Exception {
    try (TextBase base = base("bert-classification", true);
        TextModel mean = model(base, "lora", Pooling.MEAN, TaskCatalogue.CLASSIFICATION)) {
      assertThat(TransformersClassifier.of(mean, mean.module())).isEmpty();
      assertThat(TransformersClassifier.obstacle(mean))
          .contains("its head reads the mean of the tokens");
    }
  }
}
