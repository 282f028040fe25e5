package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
  @TempDir static Path out;
  private static final List<DemoDomain> HEARD = new ArrayList<>();
  private static List<DemoDomain> domains;

  @BeforeAll
  static void write() {
    domains = DemoData.write(out, 400, 42, HEARD::add);
  }

  @Test
  void writesEightDomainsAndReportsEach() {
    assertThat(domains).extracting(DemoDomain::name).isEqualTo(DemoData.DOMAINS);
    assertThat(HEARD).isEqualTo(domains);
  }

  @Test
  void everyFolderIsADatasetWithItsOwnLabels() {
    for (DemoDomain domain : domains) {
      Dataset data = Dataset.read(out.resolve(domain.name()));

      assertThat(data.train().rows()).hasSize(400).hasSize(domain.train());
      assertThat(data.validation().rows()).hasSize(200).hasSize(domain.validation());
      assertThat(data.test().rows()).hasSize(600).hasSize(domain.test());
      assertThat(data.labels().heads()).hasSize(1);
      assertThat(data.labels().heads().get(0).domain()).isEqualTo(domain.name());
      assertThat(data.labels().heads().get(0).labels().names())
          .containsExactlyInAnyOrderElementsOf(domain.labels());
      assertThat(Dataset.readCorpus(out.resolve(domain.name())).rows()).hasSize(domain.corpus());
    }
  }

  @Test
  void findsTheFamiliesOfTheDictionary() {
    assertThat(domains.get(0).labels())
        .containsExactly(
            "mammal",
            "bird",
            "invertebrate",
            "aquatic vertebrate",
            "bird genus",
            "mammal genus",
            "reptile",
            "fish genus");
    assertThat(domains).extracting(d -> d.labels().size()).containsExactly(8, 7, 7, 6, 7, 6, 7, 5);
  }

  @Test
  void noTextIsInTwoSplitsAndNoCorpusKnowsWhatWillBeAsked() {
    for (DemoDomain domain : domains) {
      Dataset data = Dataset.read(out.resolve(domain.name()));
      Set<String> asked = new HashSet<>(texts(data.test()));
      asked.addAll(texts(data.validation()));

      assertThat(asked).hasSize(800).doesNotContainAnyElementsOf(texts(data.train()));
      assertThat(texts(data.train())).doesNotHaveDuplicates();
      assertThat(texts(Dataset.readCorpus(out.resolve(domain.name()))))
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(asked)
          .containsAll(texts(data.train()));
    }
  }

  @Test
  void everySplitHasTheClassesInTheSameProportions() {
    Dataset data = Dataset.read(out.resolve("noun.food"));
    Map<Object, Long> test = counts(data.split(Split.TEST));

    counts(data.split(Split.TRAIN))
        .forEach(
            (label, n) ->
                assertThat(n * 1.5).isBetween(test.get(label) - 3.0, test.get(label) + 3.0));
  }

  /** A change of this digest changes what everybody's demo figures mean. */
  @Test
  void theSameSeedGivesTheSameBytes() {
    assertThat(Dataset.read(out.resolve("noun.food")).train().sha256())
        .isEqualTo("2d90cad30c25c4078053ecd673928acab418a9c96fcc81fc1709b3c22f0d4839");
  }

  @Test
  void theFewestRowsStillHoldEveryClass(@TempDir Path small) {
    for (DemoDomain domain : DemoData.write(small, 40, 7, ignored -> {})) {
      Dataset data = Dataset.read(small.resolve(domain.name()));

      assertThat(data.train().rows()).hasSize(40);
      assertThat(data.test().sha256())
          .isNotEqualTo(Dataset.read(out.resolve(domain.name())).test().sha256());
    }
  }

  @Test
  void refusesMoreRowsThanTheSmallestDomainHas() {
    assertThatThrownBy(() -> DemoData.write(out.resolve("none"), 5_000, 42, domain -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage("--train-rows must be in [40, 587], got 5000");
    assertThat(out.resolve("none")).doesNotExist();
  }

  private static List<String> texts(DataFile file) {
    return file.rows().stream().map(Row::text).toList();
  }

  private static Map<Object, Long> counts(DataFile file) {
    return file.rows().stream()
        .collect(Collectors.groupingBy(row -> row.label(), Collectors.counting()));
  }
}
