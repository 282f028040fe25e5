package io.haori.cli.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.json.SettingsReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * A run's settings out of a JSON file, as {@code haori.json} and {@code --json} have them: they
 * take the place of options that were not given, and of {@code --set}.
 */
public final class SettingsFile {
  private static final String FLAG = "--settings";
  private static final String METHOD = "method";
  private static final String SETTINGS = "settings";
  private static final String EPOCHS = "training.epochs";
  private static final String WARMUP_STEPS = "training.warmupSteps";
  private static final String WARMUP_SHARE = "training.warmupShare";
  private static final long MAX_BYTES = 50_000_000;

  /** Settings that have an option of their own; all others are given to {@code --set}. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry(METHOD, "--method"),
          Map.entry("batchSize", "--batch-size"),
          Map.entry("maxLength", "--max-length"),
          Map.entry("precision", "--precision"),
          Map.entry("basePrecision", "--base-precision"),
          Map.entry(EPOCHS, "--epochs"),
          Map.entry("training.learningRate", "--lr"),
          Map.entry("training.seed", "--seed"),
          Map.entry("training.patience", "--patience"),
          Map.entry("objective", "--objective"),
          Map.entry("weighting", "--weighting"),
          Map.entry("temperature", "--temperature"),
          Map.entry("heads", "--heads"),
          Map.entry("domix.bridge", "--bridge"),
          Map.entry("domix.train", "--train"));

  @Option(
      names = FLAG,
      paramLabel = "FILE",
      description =
          "Take what is not given here from a JSON file of settings: a haori.json, what --json"
              + " printed, or one of your own (default: none).")
  public @Nullable Path file;

  /**
   * The file's object, or its {@code settings} where it has some.
   *
   * @throws UserError when it cannot be read
   */
  public ObjectNode read() {
    ObjectNode json = JsonFile.readObject(Objects.requireNonNull(file), MAX_BYTES);
    return json.get(SETTINGS) instanceof ObjectNode settings ? settings : json;
  }

  /**
   * Fills in what was not given.
   *
   * @param spec of the command that runs
   * @param set what {@code --set} gave; gets what has no option of its own
   * @param usualMethod where the file names none
   * @param check makes all settings by name of those of the file, which refuses what is wrong
   * @return the file's method; the usual one without a file
   */
  public String fill(
      CommandSpec spec,
      Map<String, String> set,
      String usualMethod,
      Function<JsonNode, Map<String, Object>> check) {
    if (file == null) {
      return usualMethod;
    }
    ObjectNode json = read();
    if (!json.has(METHOD)) {
      json.put(METHOD, usualMethod);
    }
    Map<String, Object> checked = checked(json, check);
    String own = String.valueOf(checked.get(METHOD));
    OptionSpec ofMethod = spec.findOption("--method");
    String chosen =
        ofMethod != null && given(spec, ofMethod)
            ? String.valueOf(ofMethod.<Object>getValue())
            : own;
    checked.keySet().removeIf(name -> !json.has(name));
    if (!chosen.equals(own)) {
      checked.keySet().removeIf(name -> name.startsWith(own + "."));
    } else if (inStages(own, json)) {
      checked.remove(EPOCHS);
    }
    if (set.containsKey(WARMUP_STEPS)) {
      checked.remove(WARMUP_SHARE);
    }
    checked.forEach(
        (name, value) -> {
          String flag = OPTIONS.get(name);
          OptionSpec option = flag == null ? null : spec.findOption(flag);
          if (option == null) {
            if (!name.equals(METHOD) && !isSet(set, own, name)) {
              set.put(name, String.valueOf(value));
            }
          } else if (!given(spec, option)) {
            option.setValue(typed(option, String.valueOf(value)));
          }
        });
    return own;
  }

  /** What the file says, in the file's name where it is wrong. */
  public <T> T checked(ObjectNode json, Function<JsonNode, T> check) {
    try {
      return check.apply(json);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  /** The setting that an option sets. */
  public static String settingOf(String flag) {
    return OPTIONS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(flag))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Whether an option was typed. */
  public static boolean given(CommandSpec spec, OptionSpec option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option.longestName());
  }

  /** The epochs of a method that trains in stages are those of its stages. */
  private static boolean inStages(String method, ObjectNode json) {
    return MethodCatalogue.names().contains(method)
        && MethodCatalogue.read(SettingsReader.of(json)).strategy()
            instanceof TrainingStrategy.Progressive;
  }

  /** Whether {@code --set} gave it, by its whole name or without the method's. */
  private static boolean isSet(Map<String, String> set, String method, String name) {
    return set.containsKey(name)
        || (name.startsWith(method + ".") && set.containsKey(name.substring(method.length() + 1)));
  }

  private static Object typed(OptionSpec option, String text) {
    Class<?> type = option.type();
    if (type == Integer.class) {
      return Integer.valueOf(text);
    }
    if (type == long.class) {
      return Long.valueOf(text);
    }
    if (type == Double.class) {
      return Double.valueOf(text);
    }
    return text;
  }
}
