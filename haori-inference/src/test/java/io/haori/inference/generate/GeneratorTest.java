package io.haori.inference.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.generate.Generated.End;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
  @TempDir static Path temporary;
  private static TextBase base;
  private static Generator generator;

  @BeforeAll
  static void open() {
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    generator = new Generator(base, Adaptation.NONE, DType.F32);
  }

  @AfterAll
  static void close() {
    base.close();
  }

  private static GenerationSettings settings(int most, Sampling sampling, String... stop) {
    return new GenerationSettings(most, sampling, List.of(stop), 42);
  }

  /** Collects the pieces of each text. */
  private static final class Pieces implements GenerationListener {
    final List<List<String>> ofPrompt = new ArrayList<>();

    @Override
    public void onText(int prompt, String piece) {
      while (ofPrompt.size() <= prompt) {
        ofPrompt.add(new ArrayList<>());
      }
      ofPrompt.get(prompt).add(piece);
    }
  }

  /** What transformers' generate writes on from these prompts, greedily and with its cache. */
  @Test
  void textsTogetherAreThoseOfTheReference() {
    List<Generated> written =
        generator.generate(
            List.of("A cat is", "The red", "Caffè für"),
            settings(30, Sampling.GREEDY),
            GenerationListener.SILENT);
    assertThat(written)
        .extracting(Generated::text)
        .containsExactly(" a small animal that says meow.", " bee is red.", " bee: 日本 🙂 €5.");
    assertThat(written).extracting(Generated::tokens).containsExactly(22, 8, 12);
    assertThat(written).extracting(Generated::end).containsOnly(End.TOKEN);
  }

  /** The turns of a conversation: each prompt begins with what was read and written before. */
  @Test
  void whatWasReadBeforeIsNotReadAgainAndChangesNothing() {
    try (ReadText read = generator.nothingRead()) {
      for (String prompt :
          List.of(
              "A cat is",
              "A cat is a small animal that says meow. The red",
              "A cat is a small animal that says",
              "The red",
              "The red")) {
        Prompt tokens = Prompt.of(base.tokenizer(), prompt);
        Generated again =
            generator.write(tokens, settings(30, Sampling.GREEDY), read, GenerationListener.SILENT);
        Generated afresh = generator.generate(prompt, settings(30, Sampling.GREEDY));
        assertThat(again).isEqualTo(afresh);
        // The last token is chosen and not read.
        assertThat(read.tokens()).isEqualTo(tokens.length() + again.tokens() - 1);
      }
    }
  }

  @Test
  void onlyWhatIsNewGoesThroughTheBase() {
    try (ReadText read = generator.nothingRead()) {
      Prompt first = Prompt.of(base.tokenizer(), "A cat is");
      GenerationSettings short3 = settings(3, Sampling.GREEDY);
      generator.write(first, short3, read, GenerationListener.SILENT);
      assertThat(read.keep(first.ids())).isEqualTo(first.length() - 1);
      assertThat(read.keep(new int[] {first.ids()[0], 1, 1})).isEqualTo(1);
      assertThat(read.keep(new int[] {first.ids()[0]})).isZero();
    }
  }

  @Test
  void aCharacterOfSeveralTokensComesWhole() {
    Pieces pieces = new Pieces();
    Generated written =
        generator.generate(List.of("Caffè für"), settings(30, Sampling.GREEDY), pieces).get(0);
    List<String> shown = pieces.ofPrompt.get(0);
    assertThat(String.join("", shown)).isEqualTo(written.text());
    assertThat(shown).allSatisfy(piece -> assertThat(piece).doesNotContain("\uFFFD"));
    // Fewer pieces than tokens: some tokens are parts of a character.
    assertThat(shown.size()).isLessThan(written.tokens() - 1);
    int[] ids = base.tokenizer().prompt("€");
    assertThat(base.tokenizer().text(ids[1])).isEqualTo("\uFFFD");
  }

  @Test
  void aStringEndsATextAndIsNeverShown() {
    Pieces pieces = new Pieces();
    Generated written =
        generator
            .generate(
                List.of("A cat is"),
                settings(30, Sampling.GREEDY, "never", "imal that", "says"),
                pieces)
            .get(0);
    assertThat(written.text()).isEqualTo(" a small an");
    assertThat(written.end()).isEqualTo(End.STOP);
    assertThat(String.join("", pieces.ofPrompt.get(0))).isEqualTo(" a small an");
    Generated whole =
        generator.generate("A cat is", settings(30, Sampling.GREEDY, "meow. And", "x"));
    assertThat(whole.text()).isEqualTo(" a small animal that says meow.");
    assertThat(whole.end()).isEqualTo(End.TOKEN);
  }

  @Test
  void aTextEndsAtItsLimitAndAtTheLastPosition() {
    Generated three = generator.generate("A cat is", settings(3, Sampling.GREEDY));
    assertThat(three.tokens()).isEqualTo(3);
    assertThat(three.end()).isEqualTo(End.LENGTH);
    String prompt = "a".repeat(125);
    assertThat(base.tokenizer().prompt(prompt)).hasSize(126);
    Generated two = generator.generate(prompt, settings(30, Sampling.GREEDY, "\0"));
    assertThat(two.tokens()).isLessThanOrEqualTo(2);
    assertThatThrownBy(() -> generator.generate("a".repeat(127), GenerationSettings.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "prompt must be at most 127 tokens, one less than the base has positions, got 128");
  }

  @Test
  void drawsComeFromTheSeedAndThePromptAlone() {
    Sampling free = new Sampling(1, 1.5, 0, 1, 0);
    List<String> prompts = List.of("A", "A", "The");
    List<Generated> first =
        generator.generate(prompts, settings(12, free), GenerationListener.SILENT);
    List<Generated> again =
        generator.generate(prompts.subList(0, 2), settings(12, free), GenerationListener.SILENT);
    assertThat(again).isEqualTo(first.subList(0, 2));
    assertThat(first.get(0).text()).isNotEqualTo(first.get(1).text());
    Generated other = generator.generate("A", new GenerationSettings(12, free, List.of(), 7));
    assertThat(other.text()).isNotEqualTo(first.get(0).text());
  }

  /** Notes how many rows each pass has. */
  private static Adaptation counting(List<Integer> rows) {
    return new Adaptation() {
      @Override
      public @Nullable SlotAdapter at(Slot slot) {
        return null;
      }

      @Override
      public Adaptation forPass(
          Backbone backbone, TextBatch batch, @Nullable Tensor places, DType dtype) {
        rows.add(batch.rows());
        return this;
      }
    };
  }

  /** One pass of the base a token: of the rows of its batches those that are done are no part. */
  @Test
  void aTextThatHasEndedIsNoLongerComputed() {
    List<Integer> rows = new ArrayList<>();
    Adaptation counting = counting(rows);
    List<Integer> ended = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void onText(int prompt, String piece) {}

          @Override
          public void onEnd(int prompt, Generated written) {
            ended.add(prompt);
          }
        };
    List<Generated> written =
        new Generator(base, counting, DType.F32)
            .generate(
                List.of("A cat is", "The red", "Caffè für"),
                settings(30, Sampling.GREEDY),
                listener);
    // Texts of 22, 8 and 12 tokens.
    List<Integer> expected = new ArrayList<>(Collections.nCopies(8, 3));
    expected.addAll(Collections.nCopies(4, 2));
    expected.addAll(Collections.nCopies(10, 1));
    assertThat(rows).isEqualTo(expected);
    assertThat(ended).containsExactly(1, 2, 0);
    assertThat(written).extracting(Generated::tokens).containsExactly(22, 8, 12);
  }

  /** A prompt that waits is read in a pass of its own, and its text is written with the others. */
  @Test
  void thePlaceOfATextThatHasEndedIsTakenByTheNext() {
    List<Integer> rows = new ArrayList<>();
    List<String> prompts = List.of("A cat is", "The red", "Caffè für");
    List<Generated> written =
        new Generator(base, counting(rows), DType.F32)
            .generate(prompts, settings(30, Sampling.GREEDY), 2, GenerationListener.SILENT);
    // Texts of 22, 8 and 12 tokens: the third begins when the second has ended.
    List<Integer> expected = new ArrayList<>(Collections.nCopies(8, 2));
    expected.add(1);
    expected.addAll(Collections.nCopies(11, 2));
    expected.addAll(Collections.nCopies(3, 1));
    assertThat(rows).isEqualTo(expected);
    assertThat(written)
        .isEqualTo(
            generator.generate(prompts, settings(30, Sampling.GREEDY), GenerationListener.SILENT));
  }

  @Test
  void howManyAreWrittenTogetherChangesNothing() {
    Sampling free = new Sampling(1, 1.5, 0, 1, 0);
    List<String> prompts = List.of("A", "A", "The", "A cat", "The red");
    List<Generated> all =
        generator.generate(prompts, settings(12, free), GenerationListener.SILENT);
    List<Generated> two =
        generator.generate(prompts, settings(12, free), 2, GenerationListener.SILENT);
    assertThat(two).isEqualTo(all);
    assertThatThrownBy(
            () -> generator.generate(prompts, settings(12, free), 0, GenerationListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage("together must be at least 1, got 0");
  }

  @Test
  void whoWantsNoMoreGetsWhatIsThere() {
    int[] asked = {0};
    GenerationListener impatient =
        new GenerationListener() {
          @Override
          public void onText(int prompt, String piece) {}

          @Override
          public boolean cancelled() {
            return ++asked[0] > 3;
          }
        };
    Generated written =
        generator.generate(List.of("A cat is"), settings(30, Sampling.GREEDY), impatient).get(0);
    assertThat(written.end()).isEqualTo(End.CANCELLED);
    assertThat(written.tokens()).isEqualTo(4);
    assertThat(" a small animal that says meow.").startsWith(written.text());
    asked[0] = 0;
    List<Generated> two =
        generator.generate(List.of("A cat is", "A"), settings(30, Sampling.GREEDY), 1, impatient);
    assertThat(two.get(0)).isEqualTo(written);
    assertThat(two.get(1)).isEqualTo(new Generated("", 2, 0, End.CANCELLED));
  }

  @Test
  void anEncoderIsRefused(@TempDir Path other) {
    Path folder = TinyBase.folder(other);
    try (TextBase encoder = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      assertThatThrownBy(() -> new Generator(encoder, Adaptation.NONE, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "base must be a decoder with its language-model head, which writes text, got "
                  + folder);
    }
  }
}
