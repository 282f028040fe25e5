package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong bases, files and conversations of decoders: each is one sentence. */
final class DecoderMistakesTest {
  @TempDir static Path temporary;

  @BeforeAll
  static void makeFiles() throws IOException {
    TinyDecoder.folder(temporary);
    byte[] gguf = Files.readAllBytes(Golden.file("gguf/tiny-llama-f32.gguf", temporary));
    write("magic.gguf", changed(gguf, 0, 0x58585858, 4));
    write("version.gguf", changed(gguf, 4, 99, 4));
    write("tensors.gguf", changed(gguf, 8, 1L << 62, 8));
    write("values.gguf", changed(gguf, 16, 1L << 62, 8));
    write("cut.gguf", Arrays.copyOf(gguf, gguf.length / 2));
    write("empty.gguf", new byte[0]);
    Path silent = Golden.copy("models/tiny-llama", temporary.resolve("silent"));
    Path settings = silent.resolve("tokenizer_config.json");
    Files.deleteIfExists(silent.resolve("chat_template.jinja"));
    Files.writeString(
        settings, Files.readString(settings).replace("\"chat_template\"", "\"no_template\""));
    Path layers = Golden.copy("models/tiny-llama", temporary.resolve("layers"));
    Path config = layers.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll("\"num_hidden_layers\": *\\d+", "\"num_hidden_layers\": 16777216"));
    String user = "{\"role\": \"user\", \"content\": \"a\"}";
    Files.writeString(
        temporary.resolve("order.jsonl"), "{\"messages\": [" + user + ", " + user + "]}\n");
    Files.writeString(temporary.resolve("asked.jsonl"), "{\"messages\": [" + user + "]}\n");
    Files.writeString(
        temporary.resolve("tools.jsonl"),
        "{\"messages\": [" + user + "], \"tools\": [{\"name\": \"x\"}]}\n");
    Files.writeString(temporary.resolve("cut.jsonl"), "{\"messages\": [" + user + "\n");
  }

  private static void write(String name, byte[] bytes) throws IOException {
    Files.write(temporary.resolve(name), bytes);
  }

  private static byte[] changed(byte[] all, int at, long value, int bytes) {
    byte[] copy = all.clone();
    ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes == 4) {
      buffer.putInt(at, (int) value);
    } else {
      buffer.putLong(at, value);
    }
    return copy;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --base TMP/magic.gguf --prompt x    | TMP/magic.gguf: must be a GGUF file, which begins with GGUF, and does not
          --base TMP/empty.gguf --prompt x    | TMP/empty.gguf: must be a GGUF file, which begins with GGUF, and does not
          --base TMP/version.gguf --prompt x  | TMP/version.gguf: version of GGUF must be 2 or 3 in little-endian order, got 99
          --base TMP/tensors.gguf --prompt x  | TMP/tensors.gguf: number of tensors must be at most 4990 here, got 4611686018427387904
          --base TMP/values.gguf --prompt x   | TMP/values.gguf: number of values must be at most 9211 here, got 4611686018427387904
          --base TMP/cut.gguf --prompt x      | TMP/cut.gguf: ends inside tensor 'blk.0.ffn_gate.weight'
          --base TMP/layers/models/tiny-llama --base-precision int8 --prompt x | TMP/layers/models/tiny-llama/model.safetensors: holds no tensor 'model.layers.2.input_layernorm.weight'
          --base TMP/silent/models/tiny-llama --input TMP/asked.jsonl | TMP/silent/models/tiny-llama/tokenizer.json: must have a chat template for messages (chat_template in tokenizer_config.json, or chat_template.jinja beside it), got none
          --base BASE --input TMP/order.jsonl | TMP/order.jsonl:1: messages must be perhaps one of the system, then of user and assistant in turn, got user at position 2
          --base BASE --input TMP/cut.jsonl   | TMP/cut.jsonl:1: must be a JSON object in one line, got one that is cut off
          --base BASE --input TMP/tools.jsonl | TMP/tools.jsonl:1: BASE/tokenizer.json: its chat template has no place for tools
          """)
  void oneSentenceSaysIt(String line, String sentence) {
    List<String> words = new ArrayList<>(List.of("generate", "--max-tokens", "2", "--quiet"));
    for (String word : line.split(" ", -1)) {
      words.add(named(word));
    }
    Cli run = Cli.run(words.toArray(String[]::new));
    assertThat(run.err()).endsWith(named(sentence) + "\n");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  private static String named(String text) {
    return text.replace("BASE", temporary.resolve("models/tiny-llama").toString())
        .replace("TMP", temporary.toString());
  }
}
