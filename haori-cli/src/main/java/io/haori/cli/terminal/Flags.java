package io.haori.cli.terminal;

import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which flag sets which setting. The library's sentences name settings, as its Java users know
 * them; here they get the flags that the user typed.
 */
public final class Flags {
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
          Map.entry("basePrecision", "--base-precision"),
          Map.entry("method", "--method"),
          Map.entry("task", "--task"),
          Map.entry("sheet", "--sheet"),
          Map.entry("encoding", "--encoding"),
          Map.entry("columns.text", "--text-column"),
          Map.entry("columns.textPair", "--pair-column"),
          Map.entry("columns.label", "--label-column"),
          Map.entry("columns.domain", "--domain-column"),
          Map.entry("columns.group", "--group-column"),
          Map.entry("temperature", "--temperature"),
          Map.entry("prompt", "--prompt"),
          Map.entry("maxTokens", "--max-tokens"),
          Map.entry("topK", "--top-k"),
          Map.entry("topP", "--top-p"),
          Map.entry("minP", "--min-p"),
          Map.entry("repetitionPenalty", "--repetition-penalty"),
          Map.entry("stop", "--stop"),
          Map.entry("heads", "--heads"),
          Map.entry("threshold", "--threshold"),
          Map.entry("unknown", "--unknown"),
          Map.entry("coverage", "--coverage"),
          Map.entry("data", "--data"),
          Map.entry("labels", "--labels"),
          Map.entry("headLabels", "--head-labels"),
          Map.entry("modules", "--modules"),
          Map.entry("days", "--days"),
          Map.entry("host", "--host"),
          Map.entry("port", "--port"),
          Map.entry("server", "--server"),
          Map.entry("behindProxy", "--behind-proxy"),
          Map.entry("tlsCert", "--tls-cert"),
          Map.entry("tlsKey", "--tls-key"),
          Map.entry("moduleMemory", "--module-memory"),
          Map.entry("adapters", "--adapters"),
          Map.entry("work", "--work"),
          Map.entry("webhook", "--webhook"),
          Map.entry("registry", "--registry"),
          Map.entry("blobs", "--blobs"),
          Map.entry("reason", "--reason"),
          Map.entry("names", "--names"),
          Map.entry("out", "--out"),
          Map.entry("on", "--on"),
          Map.entry("store", "--store"),
          Map.entry("dataParallel", "--data-parallel"),
          Map.entry("corpus", "--corpus"),
          Map.entry("order", "--order"),
          Map.entry("objective", "--objective"),
          Map.entry("start", "--from"),
          Map.entry("maxLossRise", "--max-loss-rise"));

  /** Settings of any method that have a flag of the same name. */
  private static final Pattern OF_METHODS = Pattern.compile("[a-z]+\\.(rank|alpha|dropout)");

  /** Inside a sentence: {@code the setting sheet}, {@code the setting task=regression}. */
  private static final Pattern INSIDE =
      Pattern.compile("\\bthe setting ([a-z][A-Za-z.]*[A-Za-z])(?:=([\\w-]+))?");

  private static final Pattern LOWER = Pattern.compile("; try a lower ([a-z][A-Za-z.]*) than ");

  /** What a module without a task's head needs; the sentence begins with its folder. */
  private static final Pattern TO_MIX = Pattern.compile("(.+?): .*; mix it for a task");

  private Flags() {}

  /**
   * A sentence with flags in the place of the settings that it names: at its beginning, {@code
   * <setting> must …}, and where it says how to choose.
   *
   * @param sentence of the library; what names no setting stays as it is
   * @param known whether the command that was typed has a flag
   */
  public static String inPlaceOfSettings(String sentence, Predicate<String> known) {
    String text = sentence;
    int end = text.indexOf(" must ");
    if (end >= 0) {
      String flag = flag(text.substring(0, end), known);
      text = flag == null ? text : flag + text.substring(end);
    }
    text = LOWER.matcher(text).replaceAll(found -> quoted(found, lower(found, known)));
    text = INSIDE.matcher(text).replaceAll(found -> quoted(found, inside(found, known)));
    Matcher toMix = TO_MIX.matcher(text);
    return toMix.matches()
        ? text
            + ": haori mix --modules "
            + ShellWords.quoted(toMix.group(1))
            + " --data DIR --out DIR"
        : text;
  }

  /** The same of a command that has every flag that the sentence may name. */
  public static String inPlaceOfSettings(String sentence) {
    return inPlaceOfSettings(sentence, flag -> true);
  }

  private static @Nullable String flag(String setting, Predicate<String> known) {
    Matcher ofMethod = OF_METHODS.matcher(setting);
    String flag = ofMethod.matches() ? "--" + ofMethod.group(1) : OF_SETTINGS.get(setting);
    return flag == null || !known.test(flag) ? null : flag;
  }

  private static @Nullable String lower(MatchResult found, Predicate<String> known) {
    String flag = flag(found.group(1), known);
    return flag == null ? null : "; try a lower " + flag + " than ";
  }

  private static @Nullable String inside(MatchResult found, Predicate<String> known) {
    String flag = flag(found.group(1), known);
    String value = found.group(2);
    return flag == null ? null : value == null ? flag : flag + " " + value;
  }

  private static String quoted(MatchResult found, @Nullable String instead) {
    return Matcher.quoteReplacement(instead == null ? found.group() : instead);
  }
}
