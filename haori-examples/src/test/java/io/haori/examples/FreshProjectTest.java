package io.haori.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** README's programs are those of {@code project/}, and a project of a user's own runs them. */
class FreshProjectTest {
  private static final Path PROJECT = Path.of("project");

  @TempDir static Path temporary;
  private static FreshProject project;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    project = FreshProject.compile(PROJECT, temporary.resolve("sorter"));
  }

  @ParameterizedTest
  @CsvSource({"FoodSorter, README.md", "TicketSorter, docs/help/use-from-java.md"})
  void aPageShowsTheProgramWordByWord(String program, String page) throws IOException {
    String source = Files.readString(PROJECT.resolve("src/main/java/" + program + ".java"));
    assertThat(Files.readString(Path.of("..").resolve(page)))
        .contains("```java\n" + source.strip() + "\n```");
  }

  @Test
  void theReadmeShowsTheDependencyThatTheProjectHas() throws IOException {
    String dependency =
        "<dependency><groupId>io.haori</groupId><artifactId>haori-training</artifactId><version>"
            + System.getProperty("haori.version")
            + "</version></dependency>";
    assertThat(readme()).contains(dependency);
    assertThat(Files.readString(PROJECT.resolve("pom.xml")))
        .containsOnlyOnce("<dependency>")
        .contains(dependency);
  }

  /** Maven does not hand the parent's managed versions on to the projects of users. */
  @Test
  void theProjectGetsTheJarsThatThisBuildIsTestedWith() throws IOException {
    assertThat(project.libraries())
        .containsExactlyInAnyOrderElementsOf(
            FreshProject.jars(Files.readString(Path.of("target/class-path")).strip()));
  }

  @Test
  void theFoodSorterTunesSavesLoadsAndPredicts() throws IOException, InterruptedException {
    Path data = Files.createDirectories(temporary.resolve("data"));
    List<String> soups = List.of("a thick soup", "a clear soup of fish", "a soup with okra");
    List<String> cakes = List.of("a sweet cake", "a cake with cream", "a small baked cake");
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String text = (i % 2 == 0 ? soups : cakes).get(i / 2 % 3);
        String label = i % 2 == 0 ? "soup" : "cake";
        lines.add("{\"text\":\"%s %s\",\"label\":\"%s\"}".formatted(text, split, label));
      }
      Files.write(data.resolve(split + ".jsonl"), lines);
    }
    Path adapter = temporary.resolve("adapter");
    assertThat(project.run("FoodSorter", data.toString(), adapter.toString()))
        .matches("soup (0\\.[5-9]\\d|1\\.00)\n");
    assertThat(adapter.resolve("haori.json")).exists();
  }

  @Test
  void theTicketSorterSplitsItsOwnRowsTunesSavesLoadsAndPredicts()
      throws IOException, InterruptedException {
    Path adapter = temporary.resolve("tickets");
    assertThat(project.run("TicketSorter", adapter.toString()))
        .matches(
            "\\d+ % of the test rows are right\n((repair|delivery|billing) [01]\\.\\d\\d\n){2}");
    assertThat(adapter.resolve("haori.json")).exists();
  }

  /** The names of the labels go to stdout in the locale's encoding, so they are read elsewhere. */
  @Test
  void theTicketSorterReadsAWorkbookWithColumnsOfOtherNames()
      throws IOException, InterruptedException {
    Path workbook = Path.of("../docs/examples/inspections.xlsx").toAbsolutePath();
    Path adapter = temporary.resolve("notes");
    assertThat(project.run("TicketSorter", adapter.toString(), workbook.toString()))
        .containsPattern("^\\d+ % of the test rows are right\n");
    assertThat(Files.readString(adapter.resolve("haori.json"))).contains("漏れ", "異音", "電気");
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("../README.md"));
  }
}
