package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plant whose labels are codes says what they are in words. */
final class LabelDescriptionsTest {
  private static final Charset WINDOWS = Charset.forName("windows-31j");

  @TempDir Path temporary;
  private String base;
  private Path file;

  @BeforeEach
  void make() throws IOException {
    base = TinyBase.folder(temporary).toString();
    file = temporary.resolve("orders.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 20; i++) {
      String noise = "word" + (char) ('b' + i % 2) + (char) ('c' + i % 20);
      lines.add("wordai %s,A01".formatted(noise));
      lines.add("wordaj %s,B02".formatted(noise));
    }
    Files.write(file, lines);
  }

  private Cli tune(String out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("tune", "--data", file.toString(), "--base", base, "--precision", "fp32"));
    all.addAll(
        List.of("--method", "auto", "--epochs", "1", "--out", temporary.resolve(out).toString()));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void codesAreLearntFromOnceTheyAreDescribed() throws IOException {
    Cli bare = tune("bare");
    assertThat(bare.code()).as(bare.err()).isZero();
    assertThat(bare.err())
        .contains(
            "Labels are not learnt from as texts, as \"A01\" is a code; a file for --labels with a"
                + " line for each label, its name, a tab and what it is in words, lets them be.");
    assertThat(bare.out()).doesNotContain("names or descriptions");

    Path labels = temporary.resolve("codes.txt");
    Files.write(labels, List.of("A01\twordai 漏れ", "", "B02\twordaj 異音"), WINDOWS);
    Cli described = tune("described", "--labels", labels.toString());
    assertThat(described.code()).as(described.err()).isZero();
    assertThat(described.err()).doesNotContain("is a code");
    assertThat(described.out())
        .contains("The labels' names or descriptions are learnt from as texts, too: ");
    String adapter = temporary.resolve("described").toString();
    Cli answer = Cli.run("predict", "--adapter", adapter, "--text", "wordaj wordbd");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("\"label\":\"B02\"");
  }

  @Test
  void aFileThatLacksALabelOfTheRowsIsRefused() throws IOException {
    Path labels = temporary.resolve("codes.txt");
    Files.writeString(labels, "A01\t漏れ\nA02\t異音\n");

    Cli run = tune("out", "--labels", labels.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("label must be one of those in codes.txt (\"A01\", \"A02\"), got \"B02\"");
    assertThat(temporary.resolve("out")).doesNotExist();
  }
}
