package io.haori.training.data.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Columns;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowGroupsTest {
  private static final List<String> OTHERS =
      List.of(
          "belt worn through", "oil cooler leaks", "alarm light on", "seat torn", "horn silent");

  private static List<Row> rows(String... more) {
    List<Row> rows = new ArrayList<>();
    for (String text : more) {
      rows.add(Row.of(text, "engine"));
    }
    OTHERS.forEach(text -> rows.add(Row.of(text, "engine")));
    return rows;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Pump 12 leaks oil, order 4711 | pump 7 leaks oil - Order 12,5 | true
          ポンプ 油漏れ １２               | ポンプ　油漏れ 34            | true
          replace the hydraulic hose of the left boom cylinder today please | replace the hydraulic hose of the left boom cylinder today pleas | true
          pump leaks oil                | pump leaks water              | false
          replace left hose             | replace right hose            | false
          """)
  void nearlyIdenticalTextsOfOneLabelAreTogether(String one, String other, boolean together) {
    int[] first = RowGroups.of(rows(one, other)).ofRows();
    assertThat(first[1]).isEqualTo(together ? 0 : 1);
    List<Row> apart = rows(one);
    apart.add(Row.of(other, "cab"));
    OTHERS.forEach(text -> apart.add(Row.of("cab: " + text, "cab")));
    assertThat(RowGroups.of(apart).ofDifferentTexts()).as("of different labels").isEmpty();
  }

  @Test
  void aPairIsNearlyIdenticalInBothTexts() {
    List<Row> rows = rows();
    rows.add(new Row("pump 1 leaks", "at the flange", rows.get(0).label(), null, 1));
    rows.add(new Row("Pump 2 leaks", "At the flange!", rows.get(0).label(), null, 2));
    rows.add(new Row("Pump 3 leaks", "never seen again", rows.get(0).label(), null, 3));
    assertThat(RowGroups.of(rows).ofDifferentTexts()).containsExactly(List.of(5, 6));
  }

  @Test
  void aLabelThatConsistsOfTemplatesIsNotKeptWhole() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(Row.of("error code " + i, "engine"));
    }
    assertThat(RowGroups.of(rows).all()).hasSize(20);
  }

  @Test
  void everyPairThatReachesTheBoundIsFound() {
    List<String> texts = new ArrayList<>();
    String letters = "abcdefghijklmnopqrstuvwxyz";
    Random random = new Random(5);
    for (int i = 0; i < 120; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < 60; k++) {
        text.append(letters.charAt(random.nextInt(26)));
      }
      texts.add(text.toString());
      for (int copies = 0; copies < 3; copies++) {
        StringBuilder changed = new StringBuilder(text);
        for (int k = 0; k < copies; k++) {
          changed.setCharAt(random.nextInt(60), letters.charAt(random.nextInt(26)));
        }
        texts.add(changed.append(letters, 0, random.nextInt(4)).toString());
      }
    }
    DisjointSets found = new DisjointSets(texts.size());
    NearTexts.link(texts, found::join);
    DisjointSets wanted = new DisjointSets(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      for (int j = 0; j < i; j++) {
        Set<String> a = grams(texts.get(i));
        Set<String> b = grams(texts.get(j));
        Set<String> both = new HashSet<>(a);
        both.retainAll(b);
        if (both.size() >= 0.9 * (a.size() + b.size() - both.size())) {
          wanted.join(i, j);
        }
      }
    }
    assertThat(wanted.count()).isBetween(150, 400);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(found.of(i)).isEqualTo(wanted.of(i));
    }
  }

  private static Set<String> grams(String text) {
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + 4 <= text.length(); i++) {
      grams.add(text.substring(i, i + 4));
    }
    return grams;
  }

  @ParameterizedTest
  @CsvSource({"csv, ", "jsonl, ", "csv, case", "jsonl, case"})
  void rowsOfOneGroupAreInOnePart(String format, String column, @TempDir Path folder)
      throws Exception {
    String name = column == null ? "group" : column;
    List<String> lines = new ArrayList<>();
    if (format.equals("csv")) {
      lines.add("text,label," + name);
    }
    for (int i = 0; i < 60; i++) {
      String text = OTHERS.get(i % 5) + " " + (char) ('a' + i % 26) + (char) ('a' + i / 3);
      String label = i % 2 == 0 ? "x" : "y";
      lines.add(
          format.equals("csv")
              ? text + "," + label + "," + i / 3
              : "{\"text\": \""
                  + text
                  + "\", \"label\": \""
                  + label
                  + "\", \""
                  + name
                  + "\": "
                  + i / 3
                  + "}");
    }
    Path file = folder.resolve("orders." + format);
    Files.write(file, lines);
    DataOptions options =
        DataOptions.USUAL.withColumns(new Columns(null, null, null, null, column));
    Dataset data = Dataset.read(file, options);
    List<Set<String>> parts = new ArrayList<>();
    for (Split split : Split.values()) {
      Set<String> groups = new HashSet<>();
      data.split(split).rows().forEach(row -> groups.add(String.valueOf(row.group())));
      parts.forEach(other -> assertThat(other).doesNotContainAnyElementsOf(groups));
      parts.add(groups);
    }
    assertThat(DataSummary.of(data, null, 128).warnings())
        .extracting(DataWarning::sentence)
        .contains(
            "60 rows are in 20 groups, each kept in one part: they have one group or nearly"
                + " identical texts");
  }

  private static List<String> warnings(Path file, String... lines) throws Exception {
    Files.write(file, List.of(lines));
    return DataSummary.of(Dataset.read(file), null, 128).warnings().stream()
        .map(warning -> warning.sentence() + " " + warning.examples())
        .toList();
  }

  @Test
  void oneTextWithTwoLabelsIsListedWhereverItGoes(@TempDir Path folder) throws Exception {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 12; i++) {
      lines.add("text " + (char) ('a' + i) + (char) ('m' + i) + ",x");
      lines.add("other " + (char) ('a' + i) + (char) ('m' + i) + ",y");
    }
    for (int i = 0; i < 12; i++) {
      lines.add("text  " + (char) ('a' + i) + (char) ('m' + i) + ",y");
    }
    assertThat(warnings(folder.resolve("orders.csv"), lines.toArray(String[]::new)))
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .startsWith(
                        "12 rows have the text of another with another label [orders.csv:26 and"
                            + " orders.csv:2, orders.csv:27 and orders.csv:4, ")
                    .endsWith("orders.csv:37 and orders.csv:24]"));
  }

  @Test
  void labelsOfOneRowAreListed(@TempDir Path folder) throws Exception {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 20; i++) {
      lines.add("text " + (char) ('a' + i) + (char) ('c' + i) + "," + "xy".charAt(i % 2));
    }
    lines.add("gearbox howls,gearbox");
    assertThat(warnings(folder.resolve("orders.csv"), lines.toArray(String[]::new)))
        .contains(
            "1 label has a single training row, which cannot be held out [orders.csv:22"
                + " (gearbox)]");
    lines.add("cab door stuck,cab");
    assertThat(warnings(folder.resolve("orders.csv"), lines.toArray(String[]::new)))
        .contains(
            "2 labels have a single training row, which cannot be held out [orders.csv:23 (cab),"
                + " orders.csv:22 (gearbox)]");
  }

  @Test
  void moreLabelsThanRowsAreNamed(@TempDir Path folder) throws Exception {
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(
          folder.resolve(split + ".csv"), "text,label\na carp,fish\na hen,bird\na pike,fish\n");
    }
    Files.writeString(folder.resolve("labels.txt"), "fish\nbird\ntree\nrock\n");
    assertThat(DataSummary.of(Dataset.read(folder), null, 128).warnings())
        .extracting(DataWarning::sentence)
        .contains("there are 4 labels and only 3 training rows");
  }

  @Test
  void aLabelOfItsOwnForEachTextIsRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("orders.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 40; i++) {
      lines.add("text " + (char) ('a' + i % 26) + i + ",order " + (char) ('a' + i % 26) + i);
    }
    Files.write(file, lines);
    assertThatThrownBy(() -> Dataset.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": has a label of its own for each of its 40 different texts, so that nothing can"
                + " be tested; the setting columns.label chooses another column");
  }

  @Test
  void aRareLabelInTheGroupOfACommonOneIsLearnt(@TempDir Path folder) throws Exception {
    for (int rare = 0; rare < 12; rare++) {
      List<String> lines = new ArrayList<>(List.of("text,label,group"));
      for (int i = 0; i < 24; i++) {
        String label = i == 2 * rare + 1 ? "rare" : i % 4 < 2 ? "x" : "y";
        lines.add("text " + (char) ('a' + i) + (char) ('c' + i % 7) + "," + label + "," + i / 2);
      }
      Path file = folder.resolve("orders.csv");
      Files.write(file, lines);
      Dataset data = Dataset.read(file);
      assertThat(data.train().rows())
          .extracting(row -> row.label().names().get(0))
          .contains("rare", "x", "y");
    }
  }
}
