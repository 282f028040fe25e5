package io.haori.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program is the one in this package, and it does what the README says. */
class ReadmeTest {
  @TempDir Path temporary;

  @Test
  void theReadmeShowsTheProgramThatIsTested() throws IOException {
    String program = Files.readString(Path.of("src/test/java/io/haori/example/FoodSorter.java"));
    String shown = program.substring(program.indexOf("import "));
    assertThat(Files.readString(Path.of("../README.md"))).contains(shown.strip());
  }

  @Test
  void theProgramTunesSavesLoadsAndPredicts() throws IOException {
    Path data = Files.createDirectories(temporary.resolve("data"));
    List<String> soups = List.of("a thick soup", "a clear soup of fish", "a soup with okra");
    List<String> cakes = List.of("a sweet cake", "a cake with cream", "a small baked cake");
    for (String split : List.of("train", "validation", "test")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        String text = (i % 2 == 0 ? soups : cakes).get(i / 2 % 3);
        String label = i % 2 == 0 ? "soup" : "cake";
        lines.append("{\"text\":\"%s\",\"label\":\"%s\"}%n".formatted(text, label));
      }
      Files.writeString(data.resolve(split + ".jsonl"), lines.toString());
    }
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      FoodSorter.main(new String[] {data.toString(), temporary.resolve("adapter").toString()});
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("soup");
  }
}
