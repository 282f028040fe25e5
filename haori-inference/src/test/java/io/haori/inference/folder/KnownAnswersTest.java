package io.haori.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.model.text.Encoding;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each published base says what it is known to say. */
class KnownAnswersTest {
  private static final List<String> SENTENCES =
      List.of(
          "That is a happy person",
          "That is a happy dog",
          "That is a very happy person",
          "Today is a sunny day");

  @ParameterizedTest
  @CsvSource({"F32, 0.0002", "BF16, 0.02"})
  void miniLmFindsTheHappyPersonNearTheVeryHappyOne(DType dtype, double tolerance) {
    double[] cosines = cosines("minilm", dtype);
    assertThat(cosines[0]).isCloseTo(0.6946, within(tolerance));
    assertThat(cosines[1]).isCloseTo(0.9429, within(tolerance));
    assertThat(cosines[2]).isCloseTo(0.2569, within(tolerance));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"bge-small", "e5-small"})
  void theOthersOrderTheSentencesAlike(String base) {
    double[] cosines = cosines(base, DType.F32);
    assertThat(cosines[1]).isGreaterThan(cosines[0]);
    assertThat(cosines[0]).isGreaterThan(cosines[2]);
  }

  private static double[] cosines(String name, DType dtype) {
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open(name, dtype, FetchListener.SILENT);
        TextModel model =
            new TextModel(
                base,
                AdapterModule.create(
                    "none",
                    MethodCatalogue.create("frozen", Map.of()),
                    base.backbone(),
                    new SplittableRandom(1)),
                Heads.create(
                    DomainLabels.single(
                        TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b"))),
                    base.backbone().width(),
                    new SplittableRandom(1)),
                new TextOptions(Pooling.MEAN, 32, dtype))) {
      List<Row> rows = SENTENCES.stream().map(text -> new Row(text, null, null, null, 1)).toList();
      Tensor vectors = model.vectors(model.tokenize(rows));
      double[] cosines = new double[3];
      for (int other = 1; other <= 3; other++) {
        cosines[other - 1] = cosine(vectors.select(0, 0), vectors.select(0, other));
      }
      return cosines;
    }
  }

  private static double cosine(Tensor a, Tensor b) {
    return a.mul(b).sum().item() / Math.sqrt(a.square().sum().item() * b.square().sum().item());
  }

  @Tag("full")
  @Test
  void bertBaseKnowsTheCapitalOfFrance() {
    assertAnswer("bert-base", "The capital of France is [MASK].", "paris", 0.417, 0.002);
  }

  /** Answers of transformers 5.18 with the same weights. */
  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "The capital of France is [MASK]., Paris, 0.141614",
    "Die Hauptstadt von Frankreich ist [MASK]., Paris, 0.431810",
    "東京は日本の[MASK]都です。, 首, 0.376196"
  })
  void theMultilingualBaseAnswersInSeveralLanguages(
      String sentence, String word, double probability) {
    assertAnswer("mbert", sentence, word, probability, 1e-4);
  }

  @Tag("full")
  @Test
  void theMultilingualBaseReadsJapaneseWithItsDakuten() {
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open("mbert", DType.F32, FetchListener.SILENT)) {
      Encoding encoding = base.tokenizer().encode(List.of("ポンプから水が漏れています。"), null, 32).get(0);
      assertThat(encoding.ids())
          .containsExactly(
              101, 2044, 11668, 39004, 16867, 4867, 1912, 5159, 39212, 15221, 53106, 1882, 102);
      try (TextBatch batch = batch(encoding)) {
        Tensor hidden =
            base.backbone()
                .hidden(Tape.inference(DType.F32), batch, Adaptation.NONE, false)
                .value();
        float[] numbers = hidden.toFloats();
        assertThat(hidden.abs().mean().item()).isCloseTo(0.421383, within(1e-4));
        assertThat(numbers[0]).isCloseTo(-0.387250f, within(1e-4f));
        assertThat(numbers[1]).isCloseTo(-0.070084f, within(1e-4f));
        assertThat(numbers[2]).isCloseTo(0.436005f, within(1e-4f));
      }
    }
  }

  private static void assertAnswer(
      String name, String sentence, String word, double probability, double tolerance) {
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open(name, DType.F32, FetchListener.SILENT)) {
      Encoding encoding = base.tokenizer().encode(List.of(sentence), null, 32).get(0);
      int mask = base.tokenizer().maskId();
      int place =
          IntStream.range(0, encoding.length())
              .filter(i -> encoding.ids()[i] == mask)
              .findFirst()
              .orElse(-1);
      assertThat(place).as("place of the mask").isPositive();
      try (TextBatch batch = batch(encoding)) {
        Tape tape = Tape.inference(DType.F32);
        Variable hidden = base.backbone().hidden(tape, batch, Adaptation.NONE, false);
        MaskedLanguageHead head = base.backbone().languageHead();
        assertThat(head).isNotNull();
        Tensor answer = head.logits(tape, hidden).value().select(0, place).softmax();
        long expected = base.tokenizer().encode(List.of(word), null, 8).get(0).ids()[1];
        assertThat(answer.argmax(0).toLongs()[0]).isEqualTo(expected);
        assertThat(answer.select(0, expected).item()).isCloseTo(probability, within(tolerance));
      }
    }
  }

  private static TextBatch batch(Encoding encoding) {
    long[] ids = Arrays.stream(encoding.ids()).asLongStream().toArray();
    return new TextBatch(ids, new long[ids.length], new int[] {ids.length}, ids.length);
  }
}
