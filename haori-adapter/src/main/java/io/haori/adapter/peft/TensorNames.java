package io.haori.adapter.peft;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.model.backbone.Slot;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The names in an adapter file, sorted by what they belong to.
 *
 * @param prefix what comes before every slot's name, for example {@code bert.}
 * @param layers by slot name: the file's names by the tensor's own name, such as {@code
 *     lora_A.weight}
 * @param heads the file's names by the plain name, as {@link HeadNames} gives it
 */
record TensorNames(
    String prefix, Map<String, Map<String, String>> layers, Map<String, String> heads) {
  /** What PEFT puts before every name. */
  static final String WRAPPER = "base_model.model.";

  /** What comes before the name of a layer's own tensor. */
  static final String LAYER_MARK = ".lora_";

  /**
   * Sorts names.
   *
   * @param file for messages
   * @param names all names of the file
   * @param slots where layers may sit
   * @throws UserError when a layer is not one of the slots, or prefixes differ
   */
  static TensorNames sort(Path file, Collection<String> names, List<Slot> slots) {
    String prefix = null;
    Map<String, Map<String, String>> layers = new LinkedHashMap<>();
    Map<String, String> heads = new LinkedHashMap<>();
    for (String name : names) {
      if (!name.startsWith(WRAPPER)) {
        throw Check.in(
            file, quote(name) + " must begin with " + WRAPPER + ", as PEFT names its tensors");
      }
      String plain = name.substring(WRAPPER.length());
      int mark = plain.indexOf(LAYER_MARK);
      if (mark < 0) {
        HeadNames.put(file, heads, plain, name);
        continue;
      }
      String module = plain.substring(0, mark);
      String slot = slotOf(file, name, module, slots);
      String before = module.substring(0, module.length() - slot.length());
      if (prefix != null && !prefix.equals(before)) {
        throw Check.in(
            file, quote(name) + " must begin with " + WRAPPER + prefix + " as the others do");
      }
      prefix = before;
      String twice =
          layers
              .computeIfAbsent(slot, s -> new LinkedHashMap<>())
              .put(tensorOf(plain.substring(mark + 1)), name);
      if (twice != null) {
        throw Check.in(file, quote(name) + " and " + quote(twice) + " are the same tensor");
      }
    }
    if (prefix == null) {
      throw Check.in(file, "holds no tensor of an adapted layer");
    }
    return new TensorNames(prefix, layers, heads);
  }

  private static String slotOf(Path file, String name, String module, List<Slot> slots) {
    for (Slot slot : slots) {
      if (module.equals(slot.name()) || module.endsWith("." + slot.name())) {
        return slot.name();
      }
    }
    throw Check.in(file, quote(name) + " sits on no layer of this base that can be adapted");
  }

  /**
   * A tensor's own name. Some versions of PEFT put {@code .weight} after the magnitude as well;
   * where the names come from a model in memory, that of the adapter is in the middle.
   */
  private static String tensorOf(String suffix) {
    return suffix
        .replaceFirst("^(lora_[AB])\\.[^.]+\\.weight$", "$1.weight")
        .replaceFirst("^(lora_magnitude_vector)(\\..*)?$", "$1");
  }

  /** The file's name of a layer's tensor. */
  static String of(String prefix, String slot, String tensor) {
    return WRAPPER + prefix + slot + "." + tensor;
  }

  /**
   * Checks that the file holds exactly the layers that its configuration means.
   *
   * @param file for messages
   * @param form says which tensors a layer has
   * @param selected the layers meant
   */
  void requireExactly(Path file, PeftForm form, List<Slot> selected) {
    List<String> wanted = selected.stream().map(Slot::name).toList();
    for (Map.Entry<String, Map<String, String>> layer : layers.entrySet()) {
      for (Map.Entry<String, String> tensor : layer.getValue().entrySet()) {
        if (!wanted.contains(layer.getKey())) {
          throw Check.in(
              file,
              quote(tensor.getValue()) + " sits on a layer that target_modules does not name");
        }
        if (!form.tensors().contains(tensor.getKey())) {
          throw Check.in(file, quote(tensor.getValue()) + " is not supported here");
        }
      }
    }
    for (String slot : wanted) {
      for (String tensor : new TreeSet<>(form.tensors())) {
        if (!layers.getOrDefault(slot, Map.of()).containsKey(tensor)) {
          throw Check.in(
              file,
              "holds no tensor "
                  + quote(of(prefix, slot, tensor))
                  + ", which target_modules needs");
        }
      }
    }
  }

  private static String quote(String name) {
    return "'" + JsonFile.printable(name) + "'";
  }
}
