package io.haori.cli;

import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which flag stands for which setting, so that a sentence names what the user typed. */
final class Flags {
  private static final Map<String, String> OF_SETTINGS =
      Map.ofEntries(
          Map.entry("targets", "--targets"),
          Map.entry("training.epochs", "--epochs"),
          Map.entry("training.learningRate", "--lr"),
          Map.entry("training.patience", "--patience"),
          Map.entry("base", "--base"),
          Map.entry("batchSize", "--batch-size"),
          Map.entry("maxLength", "--max-length"),
          Map.entry("trainRows", "--train-rows"),
          Map.entry("threads", "--threads"),
          Map.entry("method", "--method"),
          Map.entry("temperature", "--temperature"),
          Map.entry("heads", "--heads"),
          Map.entry("data", "--data"),
          Map.entry("labels", "--labels"),
          Map.entry("headLabels", "--head-labels"),
          Map.entry("modules", "--modules"),
          Map.entry("days", "--days"),
          Map.entry("registry", "--registry"),
          Map.entry("blobs", "--blobs"),
          Map.entry("reason", "--reason"),
          Map.entry("names", "--names"),
          Map.entry("out", "--out"),
          Map.entry("corpus", "--corpus"),
          Map.entry("order", "--order"),
          Map.entry("objective", "--objective"),
          Map.entry("maxLossRise", "--max-loss-rise"));

  /** Settings of any method that have a flag of the same name. */
  private static final Pattern OF_METHODS = Pattern.compile("[a-z]+\\.(rank|alpha|dropout)");

  private Flags() {}

  /**
   * A sentence with the flag in the place of the setting it begins with.
   *
   * @param sentence {@code <setting> must …}; any other comes back as it is
   * @param known whether the command that was typed has a flag
   */
  static String inPlaceOfSettings(String sentence, Predicate<String> known) {
    int end = sentence.indexOf(" must ");
    if (end < 0) {
      return sentence;
    }
    String setting = sentence.substring(0, end);
    Matcher ofMethod = OF_METHODS.matcher(setting);
    String flag = ofMethod.matches() ? "--" + ofMethod.group(1) : OF_SETTINGS.get(setting);
    return flag == null || !known.test(flag) ? sentence : flag + sentence.substring(end);
  }
}
