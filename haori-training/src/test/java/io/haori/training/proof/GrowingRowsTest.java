package io.haori.training.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GrowingRowsTest {
  private static Dataset data(int rows, String prefix) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(Row.of(prefix + " text " + i, i % 2 == 0 ? "leak" : "wear"));
    }
    return Dataset.of(all).split(42);
  }

  private static Set<String> texts(List<Row> rows) {
    Set<String> texts = new HashSet<>();
    rows.forEach(row -> texts.add(row.text()));
    return texts;
  }

  @Test
  void noRowIsAnsweredAfterItWasLearntAndEachLookLearnsWhatWasAnsweredBefore() {
    Dataset data = data(100, "a");
    List<Dataset> looks = GrowingRows.of(data, 7).looks();
    assertThat(looks).hasSize(3);
    Set<String> answered = new HashSet<>();
    for (Dataset look : looks) {
      assertThat(texts(look.train().rows())).doesNotContainAnyElementsOf(texts(look.test().rows()));
      assertThat(texts(look.train().rows())).containsAll(answered);
      assertThat(look.validation().rows()).isEmpty();
      answered.addAll(texts(look.test().rows()));
    }
    // Three fifths of the training and validation rows, and no test row.
    assertThat(answered).hasSize(51).doesNotContainAnyElementsOf(texts(data.test().rows()));
  }

  @Test
  void theSameSeedGivesTheSameLooksAndAnotherOneOthers() {
    Dataset data = data(60, "a");
    String digest = GrowingRows.of(data, 7).looks().get(0).train().sha256();
    assertThat(GrowingRows.of(data, 7).looks().get(0).train().sha256()).isEqualTo(digest);
    assertThat(GrowingRows.of(data, 8).looks().get(0).train().sha256()).isNotEqualTo(digest);
  }

  @Test
  void severalDomainsAreOneWithTheLabelsOfAll() {
    GrowingRows one = GrowingRows.of(data(60, "a"), 7);
    GrowingRows other = GrowingRows.of(data(40, "b"), 7);
    Dataset look = GrowingRows.together(List.of(one, other)).looks().get(1);
    assertThat(look.test().rows())
        .hasSize(
            one.looks().get(1).test().rows().size() + other.looks().get(1).test().rows().size());
    assertThat(look.labels().heads().get(0).labels().names()).containsExactly("leak", "wear");
  }

  @Test
  void rowsThatCannotBeHeldOutAreRefused() {
    List<Row> rows = new ArrayList<>();
    for (String label : List.of("leak", "wear")) {
      for (String text : List.of("one", "two", "three")) {
        rows.add(Row.of(label + " " + text, label));
      }
    }
    Dataset data = Dataset.of(rows).split(1);
    Dataset few =
        new Dataset(
            data.folder(),
            data.labels(),
            new DataFile(data.train().path(), data.train().rows().subList(0, 2), "0"),
            new DataFile(data.train().path(), List.of(), "0"),
            data.test());
    assertThatThrownBy(() -> GrowingRows.of(few, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("must have at least 3 different texts of a label for a trial");
  }
}
