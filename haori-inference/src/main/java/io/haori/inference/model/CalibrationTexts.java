package io.haori.inference.model;

import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.TextBatch;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.quant.InputGradients;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts that a base reads before its layers are rounded to 8 bits: always the same ones, so that a
 * base is always rounded alike.
 */
final class CalibrationTexts {
  private static final int LONGEST = 64;

  private static final List<String> TEXTS =
      List.of(
          "The pump on line 3 stopped at 14:05; the seal leaks and has to be replaced.",
          "Please send two spare bearings, part 6204-2RS, before Friday.",
          "How do I change the PIN of my card?",
          "A rich soup thickened with okra, served with rice and lemon.",
          "This was the worst film that I have seen in years, and far too long.",
          "We show that the method of (Smith et al., 2009) extends to longer sequences.",
          "ok",
          "Battery life is great, but the screen is dim and the keys feel cheap!!!",
          "https://example.org/item?id=42 returned error 500 (timeout after 30 s)",
          "a small, sharp-pointed projection of a plant or an animal",
          "ポンプのシールから油が漏れているため、交換が必要です。",
          "Die Maschine wurde am 3. Mai gewartet; keine weiteren Mängel.");

  private CalibrationTexts() {}

  /** Lets a base read them and keeps its layers in 8 bits from then on. */
  static void quantise(Backbone backbone, Tokenizer tokenizer, InputGradients gradients) {
    int length = Math.min(LONGEST, backbone.positions());
    TokenizedRows rows = TokenizedRows.of(PlainTexts.rows(TEXTS), tokenizer, length);
    int[] all = IntStream.range(0, rows.size()).toArray();
    try (TextBatch batch = TextPass.batch(rows.batch(all))) {
      backbone.quantise(batch, gradients);
    }
  }
}
