package io.haori.training.proof;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.inference.model.TextOptions;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import java.util.Map;

/**
 * A way to fit a task that is tried, by its name: {@code frozen} is a classifier on the frozen
 * base's vectors; all others are a method, and its rank after a hyphen where one was chosen: {@code
 * lora-8}.
 *
 * @param name of it
 * @param settings of its fit
 */
public record Way(String name, TuneSettings settings) {
  /** The classifier on the base's vectors. */
  public static final String FROZEN = "frozen";

  private static final String RANK = "rank";

  /**
   * A way by its name.
   *
   * @param name as above
   * @param epochs of a fit of a module
   * @param text how texts are read
   * @param seed of its fits
   * @throws io.haori.core.check.UserError when there is no such method, or its rank is wrong
   */
  public static Way of(String name, int epochs, TextOptions text, long seed) {
    int hyphen = name.lastIndexOf('-');
    boolean ranked = hyphen > 0 && name.substring(hyphen + 1).matches("[0-9]{1,6}");
    String method = ranked ? name.substring(0, hyphen) : name;
    require(
        MethodCatalogue.names().contains(method),
        "method",
        "one of " + String.join(", ", MethodCatalogue.names()),
        method);
    Map<String, String> choices = ranked ? Map.of(RANK, name.substring(hyphen + 1)) : Map.of();
    TuneSettings settings =
        TuneSettings.of(MethodCatalogue.create(method, choices)).withText(text).withSeed(seed);
    return new Way(
        name,
        name.equals(FROZEN)
            ? settings.withHeadStart(HeadStart.PROBE)
            : settings.withLoop(settings.loop().withEpochs(epochs)));
  }

  /**
   * The name of a method's way with a rank where it takes one.
   *
   * @param method of the catalogue
   * @param rank of its modules
   */
  public static String name(String method, int rank) {
    return MethodCatalogue.create(method, Map.of()).settings().containsKey(RANK)
        ? method + "-" + rank
        : method;
  }
}
