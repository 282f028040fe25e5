package io.haori.server.child;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which field of a request became which flag of a command. The commands' sentences name flags, as
 * who types them knows them; here they get the fields that the request has, as the page and
 * programs send them.
 */
public final class FieldNames {
  private static final Map<String, String> OF_FLAGS =
      Map.ofEntries(
          Map.entry("data", "data"),
          Map.entry("corpus", "data"),
          Map.entry("base", "base"),
          Map.entry("from", "modules"),
          Map.entry("modules", "modules"),
          Map.entry("members", "modules"),
          Map.entry("adapter", "modules"),
          Map.entry("model", "modules"),
          Map.entry("route", "route"),
          Map.entry("seeds", "seeds"),
          Map.entry("text-column", "textColumn"),
          Map.entry("pair-column", "pairColumn"),
          Map.entry("label-column", "labelColumn"),
          Map.entry("domain-column", "domainColumn"),
          Map.entry("group-column", "groupColumn"),
          Map.entry("sheet", "sheet"),
          Map.entry("task", "task"),
          Map.entry("labels", "labels"),
          Map.entry("method", "method"),
          Map.entry("targets", "targets"),
          Map.entry("epochs", "training.epochs"),
          Map.entry("lr", "training.learningRate"),
          Map.entry("patience", "training.patience"),
          Map.entry("batch-size", "batchSize"),
          Map.entry("max-length", "maxLength"),
          Map.entry("base-precision", "basePrecision"),
          Map.entry("objective", "objective"),
          Map.entry("rank", "rank"),
          Map.entry("alpha", "alpha"),
          Map.entry("dropout", "dropout"),
          Map.entry("good", "good"),
          Map.entry("layers", "anomaly.layers"),
          Map.entry("keep", "anomaly.share"),
          Map.entry("neighbours", "anomaly.neighbours"),
          Map.entry("neighbourhood", "anomaly.neighbourhood"),
          Map.entry("held-out", "anomaly.heldOut"),
          Map.entry("seed", "seed"),
          Map.entry("weights", "weights"),
          Map.entry("metric", "metric"));

  private static final Pattern FLAG =
      Pattern.compile("(?<![\\w-])--([a-z]+(?:-[a-z]+)*)(?![\\w-])");

  private FieldNames() {}

  /**
   * A sentence of a command with fields in the place of the flags that it names.
   *
   * @param sentence as the command says it; flags that no field became stay as they are, and so
   *     does a whole command that it proposes
   */
  public static String inPlaceOfFlags(String sentence) {
    int command = sentence.indexOf("haori ");
    int end = command < 0 ? sentence.length() : command;
    return FLAG.matcher(sentence.substring(0, end))
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(OF_FLAGS.getOrDefault(found.group(1), found.group())))
        + sentence.substring(end);
  }
}
