package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.SearchedSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which adaptation method, and its choices. What is not given is as the method's config has it. */
public final class MethodOptions {
  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "lora",
      completionCandidates = MethodNames.class,
      description = {
        "${COMPLETION-CANDIDATES}; of tune also auto: ways to fit are compared by cross-validation"
            + " on the training rows (default: ${DEFAULT-VALUE}; of tune with fewer than 500"
            + " training rows, when nothing else is chosen about the training: auto)."
      })
  public String method;

  @Option(
      names = "--rank",
      paramLabel = "N",
      description = "Width of a low-rank update (default: the method's).")
  @Nullable Integer rank;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "The update is scaled by alpha / rank (default: the method's).")
  @Nullable Double alpha;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Share of the update's inputs dropped while training (default: the method's).")
  @Nullable Double dropout;

  @Option(
      names = "--targets",
      paramLabel = "LAYERS",
      description = "all-linear, names of layers with commas, or regex:… (default: the method's).")
  @Nullable String targets;

  /** The word for the method that cross-validation on the training rows chooses. */
  public static final String AUTO = "auto";

  /** Takes {@code auto}, for which the usual method is the basis; false when another was chosen. */
  public boolean takeAuto() {
    boolean asked = method.equals(AUTO);
    method = asked ? LoraMethod.NAME : method;
    return asked;
  }

  /** The method as chosen. */
  public AdapterMethod method(SettingsMap settings) {
    return method(settings, flags());
  }

  /** The method as chosen but for what its flags say. */
  public AdapterMethod method(SettingsMap settings, Map<String, String> flags) {
    List<String> names = MethodCatalogue.names();
    require(names.contains(method), "--method", "one of " + String.join(", ", names), method);
    return method(method, settings, flags);
  }

  /**
   * The method as chosen, and as drawn where nothing was chosen.
   *
   * @param settings those under the method's name are taken
   * @param drawn by a search; what the method does not have is left
   */
  AdapterMethod drawn(SettingsMap settings, Map<String, String> drawn) {
    Map<String, String> all = new LinkedHashMap<>(drawn);
    all.keySet().retainAll(MethodCatalogue.settings(method));
    all.putAll(chosen(method, settings, flags()));
    return MethodCatalogue.create(method, all);
  }

  /** What a search may vary, without what was chosen. */
  List<SearchedSetting> searched(SettingsMap settings) {
    Map<String, String> chosen = chosen(method, settings, flags());
    return MethodCatalogue.create(method, chosen).searched().stream()
        .filter(setting -> !chosen.containsKey(setting.name()))
        .toList();
  }

  /**
   * A method with its choices.
   *
   * @param name of the catalogue
   * @param settings those under the method's name are taken
   * @param flags what was given by a flag of its own, by the setting that it sets
   */
  public static AdapterMethod method(String name, SettingsMap settings, Map<String, String> flags) {
    return MethodCatalogue.create(name, chosen(name, settings, flags));
  }

  private static Map<String, String> chosen(
      String name, SettingsMap settings, Map<String, String> flags) {
    List<String> known = MethodCatalogue.settings(name);
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String setting : known) {
      String value = settings.text(name, setting);
      if (value != null) {
        chosen.put(setting, value);
      }
    }
    flags.forEach(
        (setting, value) -> {
          require(known.contains(setting), "--" + setting, "left out with --method " + name, value);
          chosen.put(setting, value);
        });
    return chosen;
  }

  /** What was given by a flag of its own. */
  public Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    put(flags, "rank", rank);
    put(flags, "alpha", alpha);
    put(flags, "dropout", dropout);
    put(flags, "targets", targets);
    return flags;
  }

  private static void put(Map<String, String> flags, String setting, @Nullable Object value) {
    if (value != null) {
      flags.put(setting, value.toString());
    }
  }
}
