package io.haori.adapter.peft;

import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which modules of a model a PEFT configuration means. Names are whole module names, with the
 * model's prefix, for example {@code bert.encoder.layer.0.attention.self.query}.
 *
 * @param targets {@code target_modules}
 * @param excluded {@code exclude_modules}, or null
 * @param layers {@code layers_to_transform}: numbers of the layers that count, all when empty; used
 *     only with a list of targets, and not for a target that is a whole name
 * @param layerPatterns {@code layers_pattern}: regular expressions of the name before a layer's
 *     number, any name when empty
 * @param modulesToSave {@code modules_to_save}: modules stored as full tensors, never adapted
 */
record PeftTargets(
    Targets targets,
    @Nullable Targets excluded,
    List<Integer> layers,
    List<String> layerPatterns,
    List<String> modulesToSave) {
  /** Copies the lists and checks the regular expressions. */
  PeftTargets {
    layers = List.copyOf(layers);
    layerPatterns = List.copyOf(layerPatterns);
    modulesToSave = List.copyOf(modulesToSave);
    layerPatterns.forEach(pattern -> check("layers_pattern", pattern, numbered(pattern)));
    modulesToSave.forEach(module -> check("modules_to_save", module, inside(module)));
  }

  /** Whether a module gets an update. */
  boolean selects(String module) {
    return !isExcluded(module) && targets.matches(module) && isInLayers(module);
  }

  private boolean isExcluded(String module) {
    if (excluded != null && excluded.matches(module)) {
      return true;
    }
    return modulesToSave.stream().anyMatch(saved -> module.matches(inside(saved)));
  }

  private boolean isInLayers(String module) {
    if (layers.isEmpty() || targets.suffixes().contains(module)) {
      return true;
    }
    if (layerPatterns.isEmpty()) {
      return isInLayers(Pattern.compile(".*?\\.[^.]*\\.(?<layer>\\d+)\\."), module);
    }
    // The first pattern that occurs in the name says the number.
    for (String pattern : layerPatterns) {
      Pattern number = Pattern.compile(numbered(pattern));
      if (number.matcher(module).lookingAt()) {
        return isInLayers(number, module);
      }
    }
    return false;
  }

  private boolean isInLayers(Pattern number, String module) {
    Matcher matcher = number.matcher(module);
    return matcher.lookingAt() && layers.contains(Integer.parseInt(matcher.group("layer")));
  }

  private static String inside(String module) {
    return "(^|.*\\.)(?:" + module + ")($|\\..*)";
  }

  private static String numbered(String pattern) {
    return "(?:^|.*?\\.)(?:" + pattern + ")\\.(?<layer>\\d+)\\.";
  }

  private static void check(String key, String regex, String whole) {
    try {
      Pattern.compile(regex);
      Pattern.compile(whole);
    } catch (PatternSyntaxException e) {
      throw new UserError(
          key
              + " must be valid regular expressions, got "
              + regex
              + " ("
              + e.getDescription()
              + ")",
          e);
    }
  }
}
