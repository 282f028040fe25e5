package io.haori.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Row;
import io.haori.model.base.FetchListener;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decoder's sequence classifier that PEFT stored. */
class ForeignDecoderTest {
  /** What PEFT's own class answers. */
  private static final double[][] PROBABILITIES = {
    {0.0077335, 0.2612424, 0.7310241},
    {0.8799099, 0.0403405, 0.0797496},
    {0.0106315, 0.9293625, 0.0600060}
  };

  @TempDir Path temporary;

  private static TextBase open(Path folder) {
    return TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
  }

  @Test
  void theHeadReadsTheLastTokenWithoutABias() {
    Path folder = Golden.copy("adapters/tiny-llama-classification", temporary);
    List<Row> rows =
        List.of("A cat is red.", "One hen, two hens", "Caffè für").stream()
            .map(text -> new Row(text, null, null, null, 1))
            .toList();
    try (TextBase base = open(TinyDecoder.folder(temporary));
        TextModel model =
            AdapterFolder.load(folder, base, List.of("red", "hen", "caffè"), DType.F32)) {
      List<String> sorted = model.heads().labels().heads().get(0).labels().names();
      double[][] got = model.numbers(model.tokenize(rows), new int[rows.size()]);
      for (int row = 0; row < got.length; row++) {
        for (int label = 0; label < 3; label++) {
          int ours = sorted.indexOf(List.of("red", "hen", "caffè").get(label));
          assertThat(got[row][ours]).isCloseTo(PROBABILITIES[row][label], within(1e-5));
        }
      }
    }
  }

  @Test
  void anEncoderCannotHaveSuchAHead() {
    Path folder = Golden.copy("adapters/tiny-llama-classification", temporary);
    try (TextBase base = open(TinyBase.folder(temporary))) {
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, List.of(), DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "base of "
                  + folder
                  + " must be a decoder, which the head score belongs to, got bert");
    }
  }
}
