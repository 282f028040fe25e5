package io.haori.adapter.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.model.gguf.GgufFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a file holds, it is read or refused in one sentence. */
class DamagedGgufTest {
  @TempDir static Path temporary;
  private static byte[] sound;
  private static GoldenModel model;

  @BeforeAll
  static void open() throws IOException {
    sound = Files.readAllBytes(GgufFixtures.copy("half.gguf", temporary));
    model = GoldenModel.open("llama-causal", temporary);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Path file(byte[] bytes) throws IOException {
    return Files.write(temporary.resolve("damaged.gguf"), bytes);
  }

  /** The sentence, or none when it is read. */
  private static String outcome(byte[] bytes) throws IOException {
    Path file = file(bytes);
    try (AdapterModule read = GgufAdapter.read(file, "a", model.backbone())) {
      assertThat(read.layers()).isNotEmpty();
      return "";
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file + ": ").hasLineCount(1);
      return e.getMessage().substring(file.toString().length() + 2);
    }
  }

  @Test
  void aCutFileIsRefusedWhereverItIsCut() throws IOException {
    // The last numbers are followed by zeros up to a multiple of 32.
    int end = sound.length;
    while (sound[end - 1] == 0) {
      end--;
    }
    for (int length = 0; length < end; length++) {
      assertThat(outcome(Arrays.copyOf(sound, length))).as("%d bytes", length).isNotEmpty();
    }
  }

  @Test
  void aChangedByteIsReadOrRefused() throws IOException {
    Random random = new Random(7);
    int refused = 0;
    for (int place = 0; place < sound.length; place++) {
      for (int value : new int[] {0xFF, random.nextInt(256)}) {
        byte[] damaged = sound.clone();
        damaged[place] = (byte) value;
        refused += outcome(damaged).isEmpty() ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 4 | 1179993928          | must be a GGUF file, which begins with GGUF, and does not
          4  | 4 | 1                   | version of GGUF must be 2 or 3 in little-endian order, got 1
          4  | 4 | 50331648            | version of GGUF must be 2 or 3 in little-endian order, got 50331648
          8  | 8 | -1                  | number of tensors must be at most 38 here, got 18446744073709551615
          8  | 8 | 4611686018427387904 | number of tensors must be at most 38 here, got 4611686018427387904
          16 | 8 | 9223372036854775807 | number of values must be at most 69 here, got 9223372036854775807
          24 | 8 | 9223372036854775807 | length of a key must be at most 896 here, got 9223372036854775807
          """)
  void anAbsurdHeaderIsRefused(int place, int width, long value, String sentence)
      throws IOException {
    byte[] damaged = sound.clone();
    ByteBuffer bytes = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
    if (width == 4) {
      bytes.putInt(place, (int) value);
    } else {
      bytes.putLong(place, value);
    }
    assertThat(outcome(damaged)).isEqualTo(sentence);
  }

  private static int after(String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at + wanted.length <= sound.length; at++) {
      if (Arrays.equals(sound, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at + wanted.length;
      }
    }
    throw new IllegalArgumentException(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          blk.0.attn_v.weight.lora_a | 0  | 0                   | dimensions of 'blk.0.attn_v.weight.lora_a' must be from 1 to 4, got 0
          blk.0.attn_v.weight.lora_a | 0  | 4294967295          | dimensions of 'blk.0.attn_v.weight.lora_a' must be from 1 to 4, got 4294967295
          blk.0.attn_v.weight.lora_a | 4  | 4611686018427387904 | size of 'blk.0.attn_v.weight.lora_a' must fit into the file of 928 bytes, got a length of 4611686018427387904
          blk.0.attn_v.weight.lora_a | 4  | 0                   | size of 'blk.0.attn_v.weight.lora_a' must fit into the file of 928 bytes, got a length of 0
          blk.0.attn_v.weight.lora_a | 4  | 31                  | 'blk.0.attn_v.weight.lora_a' must have the shape [rank, 32] for this base, got [2, 31]
          blk.0.attn_v.weight.lora_b | 4  | 1                   | 'blk.0.attn_v.weight.lora_b' must have the shape [16, 2] for this base, got [16, 1]
          blk.0.attn_v.weight.lora_a | 24 | 9223372036854775776 | ends inside tensor 'blk.0.attn_v.weight.lora_a'
          blk.0.attn_v.weight.lora_a | 24 | 9223372036854775808 | 'blk.0.attn_v.weight.lora_a' must begin at a multiple of 32
          blk.0.attn_v.weight.lora_a | 24 | 1                   | 'blk.0.attn_v.weight.lora_a' must begin at a multiple of 32
          adapter.lora.alpha         | 4  | 2143289344          | adapter.lora.alpha must be finite and at least 0, got NaN
          adapter.lora.alpha         | 4  | 3212836864          | adapter.lora.alpha must be finite and at least 0, got -1.0
          adapter.lora.alpha         | 0  | 4                   | adapter.lora.alpha must be a 32-bit float, got another type
          adapter.lora.alpha         | 0  | 13                  | type of 'adapter.lora.alpha' must be a number from 0 to 12, got 13
          """)
  void aWrongPlaceIsNamed(String after, int offset, String value, String sentence)
      throws IOException {
    byte[] damaged = sound.clone();
    ByteBuffer bytes = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
    int place = after(after) + offset;
    if (offset == 0 || after.endsWith("alpha")) {
      bytes.putInt(place, (int) Long.parseLong(value));
    } else {
      bytes.putLong(place, Long.parseUnsignedLong(value));
    }
    assertThat(outcome(damaged)).isEqualTo(sentence);
  }

  private static byte[] renamed(String from, String to) {
    byte[] damaged = sound.clone();
    byte[] name = to.getBytes(StandardCharsets.UTF_8);
    assertThat(name).hasSize(from.length());
    System.arraycopy(name, 0, damaged, after(from) - name.length, name.length);
    return damaged;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          blk.0.attn_v.weight.lora_a | blk.7.attn_v.weight.lora_a | 'blk.7.attn_v.weight.lora_a' sits on no layer of this base that can be adapted
          blk.0.attn_v.weight.lora_a | blk.0.attn_v.weight.lora_z | 'blk.0.attn_v.weight.lora_z' sits on no layer of this base that can be adapted
          blk.0.attn_v.weight.lora_a | blk.0.attn_q.weight.lora_a | holds no tensor 'blk.0.attn_q.weight.lora_b' beside 'blk.0.attn_q.weight.lora_a'
          blk.0.attn_v.weight.lora_a | blk.1.attn_v.weight.lora_a | holds the tensor 'blk.1.attn_v.weight.lora_a' twice
          adapter.type               | adapter.kind               | adapter.type must be lora, got none
          general.architecture       | general.architectura       | general.architecture must be llama, as the base is, got none
          """)
  void aWrongNameIsSaid(String from, String to, String sentence) throws IOException {
    assertThat(outcome(renamed(from, to))).isEqualTo(sentence);
  }

  private static byte[] header(UnaryOperator<ByteBuffer> more) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(GgufFile.MAGIC).putInt(3).putLong(0).putLong(1);
    bytes.putLong(1).put((byte) 'k');
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(more.apply(bytes).array(), 0, bytes.position());
    return out.toByteArray();
  }

  @Test
  void arraysAreBoundedByTheFile() throws IOException {
    assertThat(outcome(header(b -> b.putInt(9).putInt(8).putLong(Long.MAX_VALUE))))
        .isEqualTo("length of 'k' must be at most 0 here, got 9223372036854775807");
    assertThat(outcome(header(b -> b.putInt(9).putInt(10).putLong(-1).putLong(1))))
        .isEqualTo("length of 'k' must be at most 1 here, got 18446744073709551615");
    assertThat(outcome(header(b -> b.putInt(9).putInt(9).putLong(1).putLong(1))))
        .isEqualTo("'k' must be an array of numbers or texts, got one of arrays");
    assertThat(outcome(header(b -> b.putInt(8).putLong(50).putLong(1))))
        .isEqualTo("length of 'k' must be at most 8 here, got 50");
    assertThat(
            outcome(header(b -> b.putInt(9).putInt(8).putLong(1).putLong(2).putShort((short) 1))))
        .isEqualTo("general.type must be adapter, got none");
  }

  @Test
  void missingFilesAndFoldersAreSaid() {
    Path none = temporary.resolve("none.gguf");
    assertThatThrownBy(() -> GgufAdapter.read(none, "a", model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessage(none + ": does not exist");
    assertThatThrownBy(() -> GgufAdapter.read(temporary, "a", model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessage(temporary + ": is a folder, must be a file");
  }
}
