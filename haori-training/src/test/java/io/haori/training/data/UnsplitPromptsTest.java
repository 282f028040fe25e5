package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.task.spi.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which prompts of a single file are held out. */
final class UnsplitPromptsTest {
  @TempDir Path folder;

  private Path file(int prompts, int group) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      String of = group == 0 ? "" : ", \"group\": \"g" + i / group + "\"";
      lines.add("{\"prompt\": \"order " + i + "\", \"completion\": \"done " + i + "\"" + of + "}");
    }
    return Files.write(folder.resolve("orders.jsonl"), lines);
  }

  private static PromptedDataset read(Path file, long seed) {
    return PromptedDataset.read(file, DataOptions.USUAL.withSplit(SplitShares.USUAL, seed));
  }

  private static Set<String> values(DataFile part, Function<Row, String> of) {
    return part.rows().stream().map(of).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theSeedAloneSaysWhichAreHeldOut() throws IOException {
    Path file = file(60, 0);
    PromptedDataset first = read(file, 1);
    assertThat(first.train().rows()).hasSize(42);
    assertThat(first.validation().rows()).hasSize(9);
    assertThat(first.test().rows()).hasSize(9);
    assertThat(first.splitBy()).isEqualTo("70/15/15, seed 1");
    assertThat(read(file, 1)).isEqualTo(first);
    assertThat(values(read(file, 2).test(), Row::text))
        .isNotEqualTo(values(first.test(), Row::text));
    assertThat(first.digests().values()).doesNotHaveDuplicates();
  }

  @Test
  void rowsOfOneGroupStayTogether() throws IOException {
    PromptedDataset data = read(file(120, 3), 1);
    Set<String> train = values(data.train(), Row::group);
    assertThat(train).hasSize(28).doesNotContainAnyElementsOf(values(data.test(), Row::group));
    assertThat(data.train().rows()).hasSize(84);
  }

  @Test
  void ofFewerThanThirtyAllAreLearntFrom() throws IOException {
    PromptedDataset data = read(file(29, 0), 1);
    assertThat(data.train().rows()).hasSize(29);
    assertThat(data.validation()).isNull();
    assertThat(data.test()).isNull();
    assertThat(data.splitBy()).isNull();
  }
}
