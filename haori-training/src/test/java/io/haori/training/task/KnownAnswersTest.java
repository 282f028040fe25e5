package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.model.base.FetchListener;
import io.haori.model.text.Encoding;
import io.haori.model.transformer.Adaptation;
import io.haori.model.transformer.MaskedLanguageHead;
import io.haori.model.transformer.Pooling;
import io.haori.model.transformer.TextBatch;
import io.haori.tensor.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.LabelSet;
import io.haori.training.data.Row;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
                    base.encoder(),
                    new SplittableRandom(1)),
                Heads.create(
                    DomainLabels.single(LabelSet.of(List.of("a", "b"))),
                    base.encoder().config().hiddenSize(),
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
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open("bert-base", DType.F32, FetchListener.SILENT)) {
      Encoding encoding =
          base.tokenizer().encode(List.of("The capital of France is [MASK]."), null, 32).get(0);
      int place = -1;
      long[] ids = new long[encoding.length()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = encoding.ids()[i];
        place = ids[i] == base.tokenizer().maskId() ? i : place;
      }
      assertThat(place).as("place of the mask").isPositive();
      try (TextBatch batch =
          new TextBatch(ids, new long[ids.length], new int[] {ids.length}, ids.length)) {
        Tape tape = Tape.inference(DType.F32);
        Variable hidden = base.encoder().hidden(tape, batch, Adaptation.NONE, false);
        MaskedLanguageHead head = base.encoder().languageHead();
        assertThat(head).isNotNull();
        Tensor answer = head.logits(tape, hidden).value().select(0, place).softmax();
        long paris = base.tokenizer().encode(List.of("paris"), null, 8).get(0).ids()[1];
        assertThat(answer.argmax(0).toLongs()[0]).isEqualTo(paris);
        assertThat(answer.select(0, paris).item()).isCloseTo(0.417, within(0.002));
      }
    }
  }
}
