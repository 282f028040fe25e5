package io.haori.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Golden numbers of the reference implementations (transformers and peft on PyTorch) for tiny
 * random models. A folder holds ordinary Hugging Face files and {@code io.safetensors}, whose names
 * begin with {@code in.} (what to feed), {@code out.} (expected values), {@code grad.} (gradients)
 * or {@code step.} (parameters after one AdamW step). Where there is a tokenizer, {@code
 * tokens.jsonl} has texts with the ids that the reference gives them.
 */
public final class Golden {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "chat_template.jinja",
          "model.safetensors",
          "adapter_config.json",
          "adapter_model.safetensors",
          "io.safetensors",
          "mixers.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "tokens.jsonl");

  private Golden() {}

  /**
   * One golden file of text.
   *
   * @param name for example {@code chat/golden.jsonl}
   */
  public static String text(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lines of a golden file, each a JSON object.
   *
   * @param name for example {@code chat/golden.jsonl}
   */
  public static List<String> lines(String name) {
    return text(name).lines().toList();
  }

  /**
   * Copies one golden file out of the class path.
   *
   * @param name for example {@code gguf/blocks.gguf}
   * @param into an existing folder, usually a test's temporary one
   * @return the file
   */
  public static Path file(String name, Path into) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + name);
      }
      Path file = into.resolve(name.substring(name.lastIndexOf('/') + 1));
      Files.createDirectories(into);
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies one golden folder out of the class path.
   *
   * @param name for example {@code models/bert-mlm} or {@code adapters/bert-lora-qv}
   * @param into an existing folder, usually a test's temporary one
   * @return the folder that holds the files
   */
  public static Path copy(String name, Path into) {
    try {
      Path folder = Files.createDirectories(into.resolve(name));
      boolean found = false;
      for (String file : FILES) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + "/" + file)) {
          if (in != null) {
            Files.write(folder.resolve(file), in.readAllBytes());
            found = true;
          }
        }
      }
      if (!found) {
        throw new IllegalArgumentException("no golden folder " + name);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
