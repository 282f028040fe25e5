package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPairsTest {
  @TempDir Path temporary;

  private List<JsonNode> rows(Path out) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("sentences").resolve("corpus.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  @Test
  void wordsAndExamplesStandBesideTheirDefinition() throws IOException {
    DemoDomain written = DemoPairs.write(temporary, Integer.MAX_VALUE, 42);
    List<JsonNode> rows = rows(temporary);
    assertThat(written.corpus()).isEqualTo(rows.size()).isGreaterThan(100_000);
    assertThat(rows.stream().map(row -> row.get("text").asText()).distinct()).hasSameSizeAs(rows);
    assertThat(rows)
        .anySatisfy(
            row -> {
              assertThat(row.get("text").asText()).isEqualTo("gumbo");
              assertThat(row.get("text_pair").asText())
                  .isEqualTo("a soup or stew thickened with okra pods");
            })
        .allSatisfy(row -> assertThat(row.get("text_pair").asText()).doesNotContain("; \""));
  }

  @Test
  void theSameNumberAndSeedGiveTheSamePairs() throws IOException {
    assertThat(DemoPairs.write(temporary.resolve("a"), 50, 1).corpus()).isEqualTo(50);
    DemoPairs.write(temporary.resolve("b"), 50, 1);
    DemoPairs.write(temporary.resolve("c"), 50, 2);
    assertThat(rows(temporary.resolve("a")))
        .isEqualTo(rows(temporary.resolve("b")))
        .isNotEqualTo(rows(temporary.resolve("c")));
  }
}
