package io.haori.cli.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.HelpWalk;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages in Japanese: their links lead somewhere, and what they say to type can be typed. */
final class JapanesePagesTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ {4,}(?:[A-Z_]+=\\S+ )?\\./haori (.*)$");
  private static final Pattern FLAG = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (Matcher link = LINK.matcher(Files.readString(page)); link.find(); ) {
        boolean outside = URI.create(link.group(1)).isAbsolute();
        if (!outside && !Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(page.getFileName() + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyCommandHasTheOptionsThatAreShown() throws IOException {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Path page : pages()) {
      for (Matcher command = COMMAND.matcher(Files.readString(page)); command.find(); commands++) {
        Set<String> known = HelpWalk.options(command.group(1));
        for (Matcher flag = FLAG.matcher(command.group(1)); flag.find(); ) {
          if (!known.contains(flag.group())) {
            wrong.add(page.getFileName() + ": " + command.group(1) + ": " + flag.group());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(commands).isGreaterThan(35);
  }

  @Test
  void everyHelpPageIsInTheReadmeAndNamesTheEnglishOne() throws IOException {
    String readme = Files.readString(Sources.root().resolve("README.ja.md"));
    for (Path page : pages()) {
      String name = String.valueOf(page.getFileName());
      if (!name.startsWith("README") && !name.equals("glossary.md")) {
        assertThat(readme).contains("docs/help/ja/" + name);
        assertThat(Files.readString(page)).contains("(../" + name + ")");
      }
    }
    assertThat(Files.readString(Sources.root().resolve("README.md"))).contains("(README.ja.md)");
  }

  @Test
  void theSentencesThatPagesQuoteAreThoseThatArePrinted() throws IOException {
    String errors =
        Files.readString(Sources.root().resolve("docs/help/ja/read-the-error-sentences.md"));
    Catalogue words = Catalogue.of(Language.JAPANESE);
    Set<String> said = new TreeSet<>();
    for (String english :
        List.of(
            "--out must be a new or empty folder, got X, which holds Y",
            "the Java heap is full (more with HAORI_JAVA_OPTS=-Xmx4g)")) {
      said.add(words.text(english).replaceFirst("（HAORI.*", ""));
    }
    assertThat(said).allSatisfy(sentence -> assertThat(errors).contains(sentence));
    assertThat(Files.readString(Sources.root().resolve("README.ja.md")))
        .contains(words.text("--epochs must be at least 1, got 0"));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> help = Files.list(Sources.root().resolve("docs/help/ja"))) {
      return Stream.concat(help, Stream.of(Sources.root().resolve("README.ja.md")))
          .sorted()
          .toList();
    }
  }
}
