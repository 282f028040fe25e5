package io.haori.adapter.peft;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.files.AtomicFiles;
import io.haori.model.config.ModuleNames;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Writes {@code adapter_config.json} so that PEFT selects the same layers with the same scales. */
final class ConfigWriter {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * Leaf names that no module outside the encoder's slots has, so that they are unambiguous alone.
   */
  private static final Set<String> UNAMBIGUOUS = Set.of("query", "key", "value");

  private ConfigWriter() {}

  static void write(
      Path file,
      PeftForm form,
      AdapterModule module,
      Collection<String> heads,
      PeftSettings settings) {
    List<String> slots = List.copyOf(module.layers().keySet());
    String prefix = settings.modelPrefix();
    LoraConfig config = Objects.requireNonNull(form.config(module.method().undecorated()));
    if (!settings.modules().equals(ModuleNames.SAME)) {
      config = AdapterConfig.renamed(config, slots, settings.modules()::partsInMemory);
      slots =
          slots.stream().flatMap(slot -> settings.modules().partsInMemory(slot).stream()).toList();
    }
    LoraConfig ranks = withPrefix(config, slots, prefix);
    ObjectNode json = MAPPER.createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", settings.taskType());
    json.put("base_model_name_or_path", settings.baseModel());
    json.put("revision", settings.revision());
    json.put("r", ranks.rank());
    putNumber(json, "lora_alpha", ranks.alpha());
    json.put("lora_dropout", ranks.dropout());
    putTexts(json, "target_modules", targets(config, slots, prefix));
    ObjectNode rankPattern = json.putObject("rank_pattern");
    ranks.rankPattern().forEach(rankPattern::put);
    ObjectNode alphaPattern = json.putObject("alpha_pattern");
    ranks.alphaPattern().forEach((key, alpha) -> putNumber(alphaPattern, key, alpha));
    json.put("use_rslora", ranks.rankStabilized());
    json.put("use_dora", form.usesDora());
    putTexts(json, "modules_to_save", modulesToSave(settings, heads));
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("init_lora_weights", true);
    json.put("inference_mode", settings.inferenceMode());
    json.put("peft_version", settings.peftVersion());
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }

  /** Patterns hold for names without a prefix; PEFT asks them with it. */
  private static LoraConfig withPrefix(LoraConfig config, List<String> slots, String prefix) {
    boolean same =
        slots.stream()
            .allMatch(
                slot ->
                    config.rankOf(slot) == config.rankOf(prefix + slot)
                        && config.alphaOf(slot) == config.alphaOf(prefix + slot));
    return same ? config : AdapterConfig.explicit(config, slots, "", prefix);
  }

  /**
   * Every layer by its whole name, unless the config's own names cannot mean anything but these
   * layers.
   */
  private static Collection<String> targets(LoraConfig config, List<String> slots, String prefix) {
    List<String> stated = config.targets().suffixes();
    boolean asStated =
        !stated.isEmpty()
            && UNAMBIGUOUS.containsAll(stated)
            && slots.stream().allMatch(config.targets()::matches);
    return asStated ? stated : slots.stream().map(slot -> prefix + slot).toList();
  }

  /** PEFT loads a head only when its module is listed. */
  private static Set<String> modulesToSave(PeftSettings settings, Collection<String> heads) {
    Set<String> modules = new LinkedHashSet<>(settings.modulesToSave());
    for (String head : heads) {
      boolean listed =
          modules.stream().anyMatch(module -> ("." + head).contains("." + module + "."));
      if (!listed) {
        modules.add(head.replaceFirst("\\..*", ""));
      }
    }
    return modules;
  }

  private static void putTexts(ObjectNode json, String key, Collection<String> texts) {
    if (texts.isEmpty()) {
      json.putNull(key);
    } else {
      ArrayNode array = json.putArray(key);
      texts.forEach(array::add);
    }
  }

  /** PEFT's alphas are whole numbers by convention. */
  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      json.put(key, (long) value);
    } else {
      json.put(key, value);
    }
  }
}
