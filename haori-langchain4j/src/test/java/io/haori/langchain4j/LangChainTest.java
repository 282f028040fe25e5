package io.haori.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.classification.ScoredLabel;
import dev.langchain4j.classification.TextClassifier;
import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.CosineSimilarity;
import io.haori.core.check.UserError;
import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.local.LocalClassifier;
import io.haori.inference.local.LocalEmbedder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Prediction;
import io.haori.model.base.FetchListener;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A model in the process, behind LangChain4j's interfaces. */
@TestInstance(Lifecycle.PER_CLASS)
final class LangChainTest {
  private static final String TEXT = "wordai wordbc wordcd";

  private enum Animal {
    ZEBRA,
    ANT,
    HONEY_BEE
  }

  private TextBase base;
  private TextModel model;

  @BeforeAll
  void open(@TempDir Path temporary) {
    Path folder = TinyBase.folder(temporary.resolve("base"));
    base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
    Path adapter = Golden.copy("adapters/bert-lora-qv", temporary);
    model = AdapterFolder.load(adapter, base, List.of("zebra", "ant", "honey bee"), DType.F32);
  }

  @AfterAll
  void close() {
    model.close();
    base.close();
  }

  @Test
  void vectorsOfSegmentsAreThoseOfTheModelWithLengthOne() {
    EmbeddingModel embeddings = new HaoriEmbeddingModel(LocalEmbedder.of(model, "animals"));
    List<Embedding> made =
        embeddings.embedAll(List.of(TextSegment.from(TEXT), TextSegment.from("wordbb"))).content();

    float[] expected = model.embed(TEXT);
    assertThat(made).hasSize(2);
    assertThat(CosineSimilarity.between(made.get(0), Embedding.from(expected)))
        .isCloseTo(1, within(1e-6));
    assertThat((double) made.get(0).vector()[0] / made.get(0).vector()[1])
        .isCloseTo((double) expected[0] / expected[1], within(1e-3));
    assertThat(CosineSimilarity.between(embeddings.embed(TEXT).content(), made.get(0)))
        .isCloseTo(1, within(1e-6));
    assertThat(embeddings.dimension()).isEqualTo(expected.length);
    assertThat(embeddings.modelName()).isEqualTo("animals");
    assertThat(embeddings.embedAll(List.of()).content()).isEmpty();
  }

  @Test
  void labelsComeWithTheirProbabilitiesTheMostProbableOneFirst() {
    TextClassifier<String> names =
        HaoriTextClassifier.ofNames(new LocalClassifier(model, "animals"));
    Prediction expected = model.predict(TEXT);
    List<ScoredLabel<String>> scored = names.classifyWithScores(TEXT).scoredLabels();

    assertThat(names.classify(Document.from(TEXT))).containsExactly(expected.label());
    assertThat(scored).hasSize(3);
    assertThat(scored.get(0).label()).isEqualTo(expected.label());
    assertThat(scored.get(0).score()).isEqualTo(expected.probability());
    assertThat(scored.get(0).score()).isGreaterThan(scored.get(2).score());
  }

  @Test
  void labelsMayBeConstantsOfAnEnum() {
    Classifier classifier = new LocalClassifier(model, "animals");
    String label = model.predict(TEXT).label();

    assertThat(HaoriTextClassifier.ofEnum(classifier, Animal.class).classify(TEXT))
        .containsExactly(Animal.valueOf(label.toUpperCase(Locale.ROOT).replace(' ', '_')));
    assertThatThrownBy(
            () -> HaoriTextClassifier.ofEnum(classifier, Thread.State.class).classify(TEXT))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("label must be one of [NEW, RUNNABLE,")
        .hasMessageEndingWith(", got " + label);
  }

  @Test
  void aRegressionIsNoClassifier() {
    TextClassifier<String> wrong = HaoriTextClassifier.ofNames(new Price());

    assertThatThrownBy(() -> wrong.classify(TEXT))
        .isInstanceOf(UserError.class)
        .hasMessage("classifier must be one that answers classes, got price, a regression");
  }

  /** Answers a number. */
  private record Price() implements Classifier {
    @Override
    public List<Classification> classify(List<String> texts) {
      return List.of(new Classification("3.5", Double.NaN, Map.of(), 3.5, List.of()));
    }

    @Override
    public String name() {
      return "price";
    }
  }
}
