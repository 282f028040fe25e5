package io.haori.cli.mix;

import io.haori.adapter.domix.Bridge;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixConfig.Part;
import io.haori.cli.options.SettingsMap;
import io.haori.core.check.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  /** The choices. */
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
