package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTermsTest {
  @TempDir static Path out;
  private static final List<DemoDomain> HEARD = new ArrayList<>();
  private static List<DemoDomain> domains;

  @BeforeAll
  static void write() {
    domains = DemoTerms.write(out, 400, 42, HEARD::add);
  }

  @Test
  void writesThreeDomainsOfOneLabelSet() {
    assertThat(domains).extracting(DemoDomain::name).isEqualTo(DemoTerms.DOMAINS);
    assertThat(HEARD).isEqualTo(domains);
    for (DemoDomain domain : domains) {
      Dataset data = Dataset.read(out.resolve(domain.name()));

      assertThat(data.train().rows()).hasSize(400).hasSize(domain.train());
      assertThat(data.validation().rows()).hasSize(200).hasSize(domain.validation());
      assertThat(data.test().rows()).hasSize(600).hasSize(domain.test());
      assertThat(data.labels().heads().get(0).labels().names())
          .containsExactlyInAnyOrderElementsOf(DemoTerms.LABELS);
    }
  }

  @Test
  void noTextIsTwiceAndNoneOfTheCorpusIsScored() throws Exception {
    List<String> texts = new ArrayList<>();
    for (String domain : DemoTerms.DOMAINS) {
      Dataset data = Dataset.read(out.resolve(domain));
      Set<String> scored = new HashSet<>();
      for (DataFile file : List.of(data.train(), data.validation(), data.test())) {
        file.rows().stream().map(Row::text).forEach(texts::add);
      }
      data.test().rows().forEach(row -> scored.add("{\"text\":\"" + row.text() + "\","));
      assertThat(Files.readAllLines(out.resolve(domain).resolve("corpus.jsonl")))
          .hasSize(5_000)
          .noneMatch(line -> scored.stream().anyMatch(line::startsWith));
    }
    assertThat(texts).hasSize(3 * 1_200).doesNotHaveDuplicates();
  }

  @Test
  void aTermHasItsReadingWhereThatIsNotTheSame() throws Exception {
    assertThat(Files.readString(out.resolve("kanji").resolve("train.jsonl")).lines())
        .allMatch(line -> line.matches("\\{\"text\":\"\\p{IsHan}+（[\\p{IsKatakana}ー]+）\".*"));
    assertThat(Files.readString(out.resolve("katakana").resolve("train.jsonl")).lines())
        .allMatch(line -> line.matches("\\{\"text\":\"[\\p{IsKatakana}ー]+(（.*）)?\".*"));
  }

  @Test
  void theSameSeedGivesTheSameBytes(@TempDir Path again) throws Exception {
    DemoTerms.write(again, 400, 42, domain -> {});

    for (String domain : DemoTerms.DOMAINS) {
      for (String file : List.of("train", "validation", "test", "corpus")) {
        Path one = Path.of(domain, file + ".jsonl");
        assertThat(again.resolve(one)).hasSameBinaryContentAs(out.resolve(one));
      }
    }
  }

  @Test
  void refusesMoreRowsThanThereAre(@TempDir Path folder) {
    assertThatThrownBy(() -> DemoTerms.write(folder, 100_000, 42, domain -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageMatching("--train-rows must be in \\[40, \\d+], got 100000");
    assertThat(folder).isEmptyDirectory();
  }
}
