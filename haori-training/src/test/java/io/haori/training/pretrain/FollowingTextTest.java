package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How likely a decoder finds texts; the golden sums were made with transformers. */
class FollowingTextTest {
  @TempDir static Path temporary;
  private static TextBase base;
  private static FollowingText decoder;

  @BeforeAll
  static void open() {
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    decoder = new FollowingText(base, Adaptation.NONE, DType.F32);
  }

  @AfterAll
  static void close() {
    base.close();
  }

  /** A tilde is a blank at an end. */
  @ParameterizedTest
  @CsvSource({
    "A cat is,  ~a small animal that says meow., -0.028700966",
    "A cat is,  ~a small animal that says moo.,  -39.829215468",
    "The red~,  ~bee is red.,                    -10.859594337",
    "The red~,  cow,                             -1.516217183",
    "Caffè für, ~日本 🙂,                         -14.901348662",
  })
  void sumsAreThoseOfTheReference(String first, String second, double expected) {
    double[] found =
        decoder.logLikelihoods(List.of(first.replace('~', ' ')), List.of(second.replace('~', ' ')));
    assertThat(found[0]).isCloseTo(expected, within(1e-4 + 1e-5 * Math.abs(expected)));
  }

  @Test
  void severalAreEachAsAlone() {
    List<String> first = List.of("A cat is", "The red ", "");
    List<String> second = List.of(" a small animal", "cow", "A hen");
    double[] together = decoder.logLikelihoods(first, second);
    for (int i = 0; i < together.length; i++) {
      double alone = decoder.logLikelihoods(first.subList(i, i + 1), second.subList(i, i + 1))[0];
      assertThat(together[i]).isCloseTo(alone, within(1e-4));
    }
  }

  /** 128 positions: the beginning of the first text is not read. */
  @Test
  void whatIsTooLongLosesItsBeginning() {
    double[] found =
        decoder.logLikelihoods(List.of("x".repeat(200) + " A cat is"), List.of(" a small"));
    assertThat(found[0]).isFinite().isNegative();
  }

  @Test
  void anEncoderIsRefused(@TempDir Path other) {
    try (TextBase encoder =
        TextBase.open(TinyBase.folder(other).toString(), DType.F32, FetchListener.SILENT)) {
      assertThatThrownBy(() -> new FollowingText(encoder, Adaptation.NONE, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "base must be a decoder with its language-model head, which finds texts likely, got "
                  + encoder.name());
    }
  }
}
