package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.domix.Bridge;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixConfig.Part;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.route.RouteConfig;
import io.haori.cli.options.SettingsFile;
import io.haori.cli.options.SettingsMap;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonSettings;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which modules are mixed, and how. What is not given is as {@link DomixConfig} has it. */
final class MixOptions {
  @Option(
      names = "--modules",
      paramLabel = "DIR|reg:MODULE",
      arity = "1..*",
      description =
          "Modules: folders from pretrain or any PEFT LoRA of the base, or versions of the"
              + " registry (default: those of --recipe).")
  List<String> modules = new ArrayList<>();

  @Option(
      names = "--bridge",
      paramLabel = "NAME",
      description =
          "full or diagonal: whether modules are connected or only weighed (default: full).")
  @Nullable String bridge;

  @Option(
      names = "--train",
      paramLabel = "PARTS",
      description = "P, B or P,B: what learns besides the head (default: P,B).")
  @Nullable String train;

  @Mixin final RouteOptions route = new RouteOptions();

  @Mixin final SettingsFile file = new SettingsFile();

  /**
   * Takes what was not given from the file of {@code --settings}, before anything else is asked.
   *
   * @param spec of the command that runs
   * @param set what {@code --set} gave
   */
  void fill(CommandSpec spec, Map<String, String> set) {
    file.fill(spec, set, DomixMethod.NAME, MixOptions::checked);
  }

  /** Whether nothing was said about how modules are mixed. */
  boolean isOpen() {
    return route.isOpen() && bridge == null && train == null;
  }

  /** All settings of a mix by name, whichever its modules. */
  private static Map<String, Object> checked(JsonNode json) {
    String method = json.path("method").asText();
    require(method.equals(DomixMethod.NAME), "method", DomixMethod.NAME, method);
    ObjectNode rest = json.deepCopy();
    rest.remove("method");
    Map<String, Object> all = new TreeMap<>();
    JsonSettings.read(
        rest,
        settings -> {
          DomixConfig config = DomixConfig.read(settings.within(DomixMethod.NAME));
          // The fit's own settings, which do not depend on what is mixed.
          all.putAll(TuneSettings.read(settings, new FrozenMethod()).byName());
          config.byName().forEach((name, value) -> all.put(DomixMethod.NAME + "." + name, value));
          return config;
        });
    all.put("method", DomixMethod.NAME);
    return all;
  }

  /**
   * The rule of a mix that is routed; null for one that is learnt.
   *
   * @param settings those of {@code --set}, of which the rule's part is taken
   */
  @Nullable RouteConfig route(SettingsMap settings) {
    RouteConfig config = route.config(settings);
    if (config != null) {
      requireNoBridge(config.route().word());
    }
    return config;
  }

  private void requireNoBridge(String way) {
    String shown = "left out with --route " + way;
    require(bridge == null, "--bridge", shown, String.valueOf(bridge));
    require(train == null, "--train", shown, String.valueOf(train));
  }

  /**
   * The choices of a gate.
   *
   * @param settings those of {@code --set}, of which the gate's part is taken
   */
  GateConfig gate(SettingsMap settings) {
    requireNoBridge("gated");
    GateConfig usual = GateConfig.DEFAULT;
    return new GateConfig(
        settings.choice("gated.kind", usual.kind()),
        settings.number("gated.learningRate", usual.learningRate()));
  }

  /** The choices of a mix that is learnt, or of a single module that it is compared with. */
  DomixConfig config(SettingsMap settings) {
    DomixConfig usual = DomixConfig.DEFAULT;
    return new DomixConfig(
        bridge == null ? usual.bridge() : bridge(bridge),
        train == null ? usual.trained() : parts(train),
        settings.number("domix.dropout", usual.dropout()),
        settings.number("domix.bridgeLearningRateRatio", usual.bridgeLearningRateRatio()),
        settings.choice("domix.bridgeStart", usual.start()));
  }

  private static Bridge bridge(String word) {
    return Arrays.stream(Bridge.values())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() -> new UserError("--bridge must be full or diagonal, got " + word));
  }

  private static Set<Part> parts(String text) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String word : text.split(",", -1)) {
      Part part =
          Arrays.stream(Part.values())
              .filter(one -> one.name().equals(word.strip()))
              .findFirst()
              .orElseThrow(() -> new UserError("--train must be P, B or P,B, got " + text));
      parts.add(part);
    }
    return parts;
  }
}
