package io.haori.model.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import io.haori.model.catalogue.FamilyCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is in a file: it is read, or refused in one sentence that begins with its name. */
class DamagedConfigTest {
  private static Path file;

  @BeforeContainer
  static void chooseAFile() throws IOException {
    file = Files.createTempFile("config", ".json");
  }

  @AfterContainer
  static void deleteTheFile() throws IOException {
    Files.delete(file);
  }

  @Property
  void randomBytesAreRefused(@ForAll @Size(max = 200) byte[] content) throws IOException {
    assertThat(reads(content)).isFalse();
  }

  @Property(tries = 3000)
  void everyChangeIsReadOrRefused(@ForAll("fragments") String fragment, @ForAll long seed)
      throws IOException {
    String sound = ModelConfigTest.SOUND;
    Random random = new Random(seed);
    int from = random.nextInt(sound.length());
    int to = Math.min(sound.length(), from + random.nextInt(12));
    String changed = sound.substring(0, from) + fragment + sound.substring(to);
    reads(changed.getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<String> fragments() {
    return Arbitraries.of(
        "",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "0",
        "9",
        "-1",
        "1e999",
        "null",
        "true",
        "9223372036854775807",
        "\"vocab_size\":",
        "\"id2label\":{\"1\":2},",
        "\\u0000",
        "\n");
  }

  private static boolean reads(byte[] content) throws IOException {
    Files.write(file, content);
    try {
      FamilyCatalogue.read(file);
      return true;
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
      return false;
    }
  }
}
