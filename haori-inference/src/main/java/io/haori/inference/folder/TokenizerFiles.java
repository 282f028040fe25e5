package io.haori.inference.folder;

import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import java.nio.file.Path;

/**
 * A base's tokenizer as transformers loads it, or how it prepares pictures ({@code
 * preprocessor_config.json}): {@code tokenizer.json} (or {@code vocab.txt}, for words of Japanese)
 * and {@code tokenizer_config.json}. Without the second, transformers takes its class by the
 * model's type and lower-cases, for example, whatever the first says.
 */
public final class TokenizerFiles {
  private TokenizerFiles() {}

  /**
   * Writes the files.
   *
   * @param folder exists
   * @param base whose files they are
   */
  public static void write(Path folder, TextBase base) {
    base.reader()
        .files()
        .forEach((name, content) -> AtomicFiles.writeText(folder.resolve(name), content));
  }
}
