package io.haori.cli;

import java.util.Map;
import java.util.function.Predicate;

/** Which flag stands for which setting, so that a sentence names what the user typed. */
final class Flags {
  private static final Map<String, String> OF_SETTINGS =
      Map.ofEntries(
          Map.entry("lora.rank", "--rank"),
          Map.entry("lora.alpha", "--alpha"),
          Map.entry("lora.dropout", "--dropout"),
          Map.entry("targets", "--targets"),
          Map.entry("training.epochs", "--epochs"),
          Map.entry("training.learningRate", "--lr"),
          Map.entry("training.patience", "--patience"),
          Map.entry("base", "--base"),
          Map.entry("batch-size", "--batch-size"),
          Map.entry("max-length", "--max-length"),
          Map.entry("threads", "--threads"));

  private Flags() {}

  /**
   * A sentence with the flag in the place of the setting it begins with.
   *
   * @param sentence {@code <setting> must …}; any other comes back as it is
   * @param known whether the command that was typed has a flag
   */
  static String inPlaceOfSettings(String sentence, Predicate<String> known) {
    int end = sentence.indexOf(" must ");
    String flag = end < 0 ? null : OF_SETTINGS.get(sentence.substring(0, end));
    return flag == null || !known.test(flag) ? sentence : flag + sentence.substring(end);
  }
}
