package io.haori.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MessagesTest {
  private static final Pattern KEY = Pattern.compile("\\bt\\(\"([a-zA-Z.]+)\"[,)]");
  private static final Pattern VALUE = Pattern.compile("\\{\\d}");

  @Test
  void bothLanguagesHaveTheSameSentencesWithTheSameValues() throws IOException {
    Properties english = read("en");
    Properties japanese = read("ja");

    assertThat(japanese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (String key : english.stringPropertyNames()) {
      assertThat(values(japanese.getProperty(key)))
          .as(key)
          .isEqualTo(values(english.getProperty(key)));
      // MessageFormat takes a straight one for the beginning of a quotation.
      assertThat(english.getProperty(key) + japanese.getProperty(key)).doesNotContain("'");
    }
  }

  @Test
  void everySentenceThatATemplateNamesIsThere() throws IOException {
    Properties english = read("en");
    int found = 0;
    for (String name :
        List.of(
            "layout",
            "overview",
            "modules",
            "module",
            "version",
            "compare",
            "try",
            "feedback",
            "audit",
            "rounds",
            "round")) {
      Matcher keys = KEY.matcher(template(name));
      while (keys.find()) {
        found++;
        assertThat(english.stringPropertyNames()).contains(keys.group(1));
      }
    }
    assertThat(found).isGreaterThan(50);
  }

  private static Set<String> values(String text) {
    Set<String> values = new TreeSet<>();
    Matcher matcher = VALUE.matcher(text);
    while (matcher.find()) {
      values.add(matcher.group());
    }
    return values;
  }

  private static String template(String name) throws IOException {
    try (InputStream in = Assets.class.getResourceAsStream("templates/" + name + ".ftlh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Properties read(String language) throws IOException {
    try (InputStream in =
        Assets.class.getResourceAsStream("messages_" + language + ".properties")) {
      Properties properties = new Properties();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return properties;
    }
  }
}
