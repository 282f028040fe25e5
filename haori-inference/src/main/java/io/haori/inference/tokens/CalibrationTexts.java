package io.haori.inference.tokens;

import java.util.List;

/** Texts that a base reads before its layers are rounded to 8 bits. */
final class CalibrationTexts {
  static final List<String> ALL =
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
}
