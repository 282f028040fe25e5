package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Task;
import io.haori.server.PageVisitor.Page;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** How the page asks which label is right: by buttons, by a list, or by ticks. */
@TestInstance(Lifecycle.PER_CLASS)
final class QuestionPageTest {
  private static final Task SEVERAL = TaskCatalogue.find("multi-label").orElseThrow();
  private static final Pattern OPTION = Pattern.compile("<option( selected)?>([^<]+)</option>");
  private static final Pattern TICK =
      Pattern.compile(
          "type=\"checkbox\" id=\"truth-0-\\d+\" name=\"label\" value=\"([^\"]+)\"( checked)?>");
  private static final Pattern ANSWERED =
      Pattern.compile("<tr class=\"answered\"><th scope=\"row\">([^<]+)</th>");

  private TinyRegistry tiny;
  private HaoriServer server;
  private PageVisitor visitor;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.add("twelve", "lora", 1, TaskCatalogue.CLASSIFICATION, labels(12));
    tiny.add("thirteen", "lora", 2, TaskCatalogue.CLASSIFICATION, labels(13));
    tiny.add("topics", "lora", 3, SEVERAL, labels(6));
    tiny.add("wide", "lora", 4, SEVERAL, labels(101));
    server = tiny.serve(ServerSettings.usual());
    visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
  }

  private static String[] labels(int count) {
    return IntStream.range(0, count).mapToObj("k%03d"::formatted).toArray(String[]::new);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private String tried(String version) {
    visitor.get("/try");
    Page page = visitor.send("/try", "text", "wordai", "use", version);
    assertThat(page.status()).as(page.text()).isEqualTo(200);
    return page.text();
  }

  private Page give(String form, String... fields) {
    List<String> all = new ArrayList<>(List.of("id", PageVisitor.hidden(form, "id"), "place", "0"));
    all.addAll(List.of(fields));
    return visitor.send("/try/feedback", all.toArray(String[]::new));
  }

  /** A group of each place where a page has a pattern and the marked group is there. */
  private static List<String> found(Pattern pattern, int group, int marked, String text) {
    List<String> found = new ArrayList<>();
    for (Matcher one = pattern.matcher(text); one.find(); ) {
      if (one.group(marked) != null) {
        found.add(one.group(group));
      }
    }
    return found;
  }

  @Test
  void fewClassesAreButtons() {
    assertThat(tried("twelve@1"))
        .contains("<button name=\"label\" value=\"k011\">k011</button>")
        .doesNotContain("id=\"truth-0-label\"");
  }

  @Test
  void manyClassesAreAListInWhichTheAnswerIsChosen() {
    String form = tried("thirteen@1");
    String list = form.substring(form.indexOf("<select id=\"truth-0-label\" name=\"label\">"));
    list = list.substring(0, list.indexOf("</select>"));

    assertThat(found(OPTION, 2, 0, list)).containsExactly(labels(13));
    List<String> answered = found(OPTION, 2, 1, list);
    assertThat(answered).hasSize(1);
    assertThat(form)
        .contains("<p class=\"label\">" + answered.get(0) + "</p>")
        .contains("Which is right?")
        .contains("<button>Give feedback</button>")
        .doesNotContain("<button name=\"label\"");

    assertThat(give(form, "label", "k013").text())
        .contains("label must be one of ")
        .contains("which thirteen@1 answers, got k013");
    String other = answered.get(0).equals("k000") ? "k001" : "k000";
    assertThat(give(form, "label", other).text())
        .contains("Kept: " + other + ". The answer was wrong.")
        .contains("Accuracy by feedback (thirteen@1): 0.0 %");
    assertThat(give(form, "label", answered.get(0)).text())
        .contains("must be the one that was given before");
    String again = tried("thirteen@1");
    assertThat(give(again, "label", answered.get(0)).text())
        .contains("Kept: " + answered.get(0) + ". The answer was right.");
  }

  @Test
  void severalLabelsAreTicksOfWhichThoseThatWereAnsweredAreSet() {
    String form = tried("topics@1");
    List<String> answered = found(TICK, 1, 2, form);

    assertThat(found(TICK, 1, 0, form)).containsExactly(labels(6));
    assertThat(answered)
        .containsExactlyInAnyOrderElementsOf(found(ANSWERED, 1, 0, form))
        .hasSizeBetween(1, 5);
    assertThat(form)
        .contains("Which are right? Tick none if none is.")
        .contains("<input type=\"hidden\" name=\"several\" value=\"on\">");

    assertThat(give(form, "several", "on", "label", "k000", "label", "soup").text())
        .contains("which topics@1 answers, got soup");
    List<String> ticked = new ArrayList<>(List.of("several", "on"));
    answered.forEach(label -> ticked.addAll(List.of("label", label)));
    assertThat(give(form, ticked.toArray(String[]::new)).text())
        .contains("Kept: " + String.join(", ", answered) + ". The answer was right.")
        .contains("Accuracy by feedback (topics@1): 100.0 %");
  }

  @Test
  void noTickMeansThatNoLabelIsRight() {
    assertThat(give(tried("topics@1"), "several", "on").text())
        .contains("Kept: no label. The answer was wrong.");
  }

  /** Of more labels than can be ticked some that are right would be missing. */
  @Test
  void tooManyLabelsToTickAreNotAskedFor() {
    assertThat(tried("wide@1"))
        .contains("<h3>wide@1</h3>")
        .doesNotContain("Which are right?", "name=\"several\"");
  }
}
