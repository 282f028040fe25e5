package io.haori.cli.generate;

import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Sampling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a text may become; what is not given is as {@link GenerationSettings#DEFAULT} has it. */
final class GenerationOptions {
  private static final GenerationSettings USUAL = GenerationSettings.DEFAULT;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Tokens that are written at most; the base's positions bound them as well (default:"
              + " 256).")
  @Nullable Integer maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description =
          "How freely tokens are drawn: 0 takes the most likely one, 1 draws them as the base's"
              + " probabilities say (default: 0).")
  @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Draw among the N most likely tokens only (default: all).")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description =
          "Draw among the most likely tokens that together reach the probability X (default: 1,"
              + " all).")
  @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "X",
      description =
          "Draw among tokens of at least X times the most likely one's probability (default: 0,"
              + " all).")
  @Nullable Double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description =
          "Above 1 makes tokens less likely that the prompt or the text has already (default: 1,"
              + " none).")
  @Nullable Double repetitionPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description =
          "A string that ends the text and is not part of it; may be given several times (default:"
              + " none).")
  List<String> stop = new ArrayList<>();

  /**
   * Settings with a seed.
   *
   * @throws io.haori.core.check.UserError when a value is out of its bounds
   */
  GenerationSettings settings(long seed) {
    Sampling usual = USUAL.sampling();
    return new GenerationSettings(
        or(maxTokens, USUAL.maxTokens()),
        new Sampling(
            or(repetitionPenalty, usual.repetitionPenalty()),
            or(temperature, usual.temperature()),
            or(topK, usual.topK()),
            or(topP, usual.topP()),
            or(minP, usual.minP())),
        stop,
        seed);
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
