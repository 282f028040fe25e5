package io.haori.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Adapter folders as tune writes them, of a few bytes, made without the engine. */
public final class AdapterFolders {
  private AdapterFolders() {}

  /**
   * A complete folder.
   *
   * @param folder made
   * @param content is written into its tensors, so that other numbers make another version
   */
  public static Path write(Path folder, int content) {
    return write(folder, content, 4);
  }

  /**
   * A complete folder.
   *
   * @param folder made
   * @param content is written into its tensors
   * @param numbers how many of them, at least 1
   */
  public static Path write(Path folder, int content, int numbers) {
    try {
      Files.createDirectories(folder);
      peft(folder, content, numbers);
      Files.write(
          folder.resolve("heads.safetensors"), tensors("classifier.weight", 7, new int[] {1}));
      Files.writeString(
          folder.resolve("haori.json"),
          """
          {"formatVersion": 1, "codeVersion": "0.1.0", "method": "lora",
           "base": {"name": "minilm", "digest": "b1"}, "pooling": "mean", "maxLength": 128,
           "kind": "CLASSIFICATION", "heads": [{"domain": "", "labels": ["a", "b"]}],
           "settings": {"method": "lora of rank 8"}, "data": {"train": "d1", "test": "d2"},
           "seed": 42, "epochs": 8, "bestEpoch": 6,
           "validation": {"accuracy": 0.9}, "test": {"accuracy": 0.85}}
          """);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder as PEFT writes it, without {@code haori.json}. */
  public static Path peft(Path folder, int content, int numbers) throws IOException {
    Files.createDirectories(folder);
    int[] values = new int[numbers];
    java.util.Arrays.setAll(values, i -> content + 31 * i);
    Files.write(
        folder.resolve("adapter_model.safetensors"),
        tensors("base_model.model.encoder.layer.0.attention.self.query.lora_A.weight", 0, values));
    Files.writeString(
        folder.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "r": 8, "lora_alpha": 16, "target_modules": ["query"],
         "peft_version": "0.21.0"}
        """);
    return folder;
  }

  private static byte[] tensors(String name, int first, int[] values) {
    String header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(name, values.length, 4 * values.length);
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + head.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(head.length).put(head);
    for (int value : values) {
      bytes.putFloat(first + value);
    }
    return bytes.array();
  }
}
