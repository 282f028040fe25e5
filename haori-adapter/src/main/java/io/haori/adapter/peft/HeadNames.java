package io.haori.adapter.peft;

import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of full tensors beside an adapter's layers. The plain name of a head's tensor is {@code
 * classifier.weight}, that of a pooler's {@code pooler.dense.weight}, however the file puts it.
 */
final class HeadNames {
  /** What a model in memory puts into the name of a stored module, with the adapter's name. */
  private static final Pattern WRAPPED =
      Pattern.compile("\\.modules_to_save(?:\\.(?!weight$|bias$|dense\\.|out_proj\\.)[^.]+)?\\.");

  /** The module that {@code modules_to_save} replaces; it is not used. */
  private static final Pattern ORIGINAL = Pattern.compile("\\.original_module\\.");

  private static final Pattern POOLER =
      Pattern.compile("(?:.*\\.)?(pooler\\.dense\\.(?:weight|bias))");

  private HeadNames() {}

  /**
   * Full tensors of a file.
   *
   * @param file for messages
   * @param names all names of the file
   * @return its names by their plain name
   */
  static Map<String, String> of(Path file, Collection<String> names) {
    Map<String, String> heads = new LinkedHashMap<>();
    for (String name : names) {
      if (name.startsWith(TensorNames.WRAPPER) && !name.contains(TensorNames.LAYER_MARK)) {
        put(file, heads, name.substring(TensorNames.WRAPPER.length()), name);
      }
    }
    return heads;
  }

  /** Puts a full tensor into a map under its plain name. */
  static void put(Path file, Map<String, String> heads, String unwrapped, String stored) {
    if (ORIGINAL.matcher(unwrapped).find()) {
      return;
    }
    String twice = heads.put(plain(unwrapped), stored);
    if (twice != null) {
      String both = JsonFile.printable(twice) + "' and '" + JsonFile.printable(stored);
      throw Check.in(file, "'" + both + "' are the same tensor");
    }
  }

  private static String plain(String name) {
    String direct = WRAPPED.matcher(name).replaceFirst(".");
    Matcher pooler = POOLER.matcher(direct);
    return pooler.matches() ? pooler.group(1) : direct;
  }

  /** Whether a plain name is that of a pooler, which reads the first token before the head does. */
  static boolean isPooler(String plain) {
    return plain.startsWith("pooler.dense.");
  }

  /** A plain name as it is written: a pooler is inside the model that has the prefix. */
  static String stored(String prefix, String plain) {
    return TensorNames.WRAPPER + (isPooler(plain) ? prefix : "") + plain;
  }
}
