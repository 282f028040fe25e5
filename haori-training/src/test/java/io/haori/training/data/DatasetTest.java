package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  private static final String FISH = "{\"text\": \"a carp\", \"label\": \"fish\"}\n";
  private static final String BIRD = "{\"text\": \"a hen\", \"label\": \"bird\"}\n";

  @TempDir Path folder;

  @Test
  void readsThreeSplitsOfAnyFormat() {
    write("train.jsonl", FISH + BIRD);
    write("validation.csv", "text,label\na duck,bird\n");
    write("test.tsv", "text\tlabel\na cod\tfish\na tit\tbird\n");

    Dataset data = Dataset.read(folder);

    assertThat(data.labels())
        .isEqualTo(
            DomainLabels.single(
                TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("fish", "bird"))));
    assertThat(data.labels().task()).isEqualTo(TaskCatalogue.CLASSIFICATION);
    assertThat(data.split(Split.TEST).rows()).hasSize(2);
    assertThat(Targets.of(data.test().rows(), data.labels()).classes()).containsExactly(1, 0);
  }

  @Test
  void numbersMakeARegressionWhateverTheFormat() {
    write("train.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": 2.5}\n");
    write("validation.csv", "text,label\na,4\n");
    write("test.csv", "text,label\na,-1\n");

    Dataset data = Dataset.read(folder);

    assertThat(data.labels().task()).isEqualTo(TaskCatalogue.REGRESSION);
    assertThat(data.labels().outputs(0)).isEqualTo(1);
    assertThat(Targets.of(data.train().rows(), data.labels()).values()).containsExactly(1, 2.5);
  }

  @Test
  void namesThatLookLikeNumbersStayNamesWhereTheTrainingRowsSaySo() {
    write("train.csv", "text,label\na,1\nb,other\n");
    write("validation.csv", "text,label\na,1\n");
    write("test.csv", "text,label\na,1\n");

    assertThat(Dataset.read(folder).test().rows().get(0).label())
        .isEqualTo(new Label.ClassName("1"));
  }

  @Test
  void everyDomainHasItsOwnLabels() {
    write(
        "train.jsonl",
        row("x", "b", "two")
            + row("x", "a", "two")
            + row("x", "q", "one")
            + row("x", "p", "one")
            + row("x", "a", "one"));
    write("validation.jsonl", row("x", "p", "one"));
    write("test.jsonl", row("x", "b", "two") + row("x", "q", "one"));

    Dataset data = Dataset.read(folder);

    assertThat(data.labels().heads())
        .containsExactly(
            new DomainLabels.Head("one", LabelSet.of(List.of("a", "p", "q"))),
            new DomainLabels.Head("two", LabelSet.of(List.of("a", "b"))));
    Targets targets = Targets.of(data.test().rows(), data.labels());
    assertThat(targets.heads()).containsExactly(1, 0);
    assertThat(targets.classes()).containsExactly(1, 2);
    assertThat(data.labels().outputs(0)).isEqualTo(3);
  }

  @Test
  void aSingleHeadAnswersForRowsOfAnyDomain() {
    write("train.jsonl", row("x", "a", "one") + row("x", "b", "one"));
    write("validation.jsonl", row("x", "b", "two"));
    write("test.jsonl", FISH.replace("fish", "a"));

    assertThat(Dataset.read(folder).labels().size()).isEqualTo(1);
  }

  @Test
  void aLabelThatTheTrainingRowsLackIsAClassThatNoHeadAnswers() {
    write("train.jsonl", FISH + BIRD);
    write("validation.jsonl", FISH + FISH.replace("fish", "ape"));
    write("test.jsonl", BIRD.replace("bird", "yak") + FISH + FISH.replace("fish", "ape"));

    Dataset data = Dataset.read(folder);
    Targets test = Targets.of(data.test().rows(), data.labels());

    assertThat(data.labels())
        .isEqualTo(
            DomainLabels.single(
                TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("bird", "fish"))));
    assertThat(test.classes()).containsExactly(3, 1, 2);
    assertThat(test.unknown()).containsExactly("ape", "yak");
    assertThat(test.classCount(data.labels())).isEqualTo(4);
  }

  @Test
  void tellsASplitOfWhichNoLabelIsKnown() {
    write("train.jsonl", FISH + BIRD);
    write("validation.jsonl", FISH.replace("fish", "ape"));

    assertFails(
        "validation.jsonl:1: label must be one of those in train.jsonl (\"bird\", \"fish\"), got"
            + " \"ape\"");
  }

  @Test
  void aFileOfLabelsFixesTheClasses() {
    write("train.jsonl", FISH + BIRD);
    write("validation.jsonl", FISH + FISH.replace("fish", "ape"));
    write("test.jsonl", FISH);
    write("labels.txt", "fish\nbird\n\nape\n");

    Dataset data = Dataset.read(folder);

    assertThat(data.labels().heads().get(0).labels().names())
        .containsExactly("ape", "bird", "fish");
    assertThat(Targets.of(data.validation().rows(), data.labels()).unknown()).isEmpty();

    write("test.jsonl", FISH + FISH.replace("fish", "yak"));
    assertFails(
        "test.jsonl:2: label must be one of those in labels.txt (\"ape\", \"bird\", \"fish\"), got"
            + " \"yak\"");
    write("labels.txt", "fish\ta\tcarp or so\n bird \t\nape\nyak\n");
    LabelSet described = Dataset.read(folder).labels().heads().get(0).labels();
    assertThat(described.names()).containsExactly("ape", "bird", "fish", "yak");
    assertThat(IntStream.range(1, 3).mapToObj(described::description))
        .containsExactly("bird", "a\tcarp or so");
    write("labels.txt", "fish\nfish\tagain\n");
    assertFails("labels.txt:2: has the label \"fish\" again; it is in line 1");
    write("labels.txt", "fish\n");
    assertFails("labels.txt: must have at least two labels, one on each line, got 1");
  }

  @Test
  void tellsADomainThatTheTrainingRowsLack() {
    write(
        "train.jsonl",
        row("x", "a", "one") + row("x", "b", "one") + row("x", "a", "two") + row("x", "b", "two"));
    write("validation.jsonl", row("x", "a", "three"));

    assertFails(
        "validation.jsonl:1: domain must be one of those in train.jsonl (\"one\", \"two\"), got"
            + " \"three\"");
  }

  @Test
  void tellsALabelOfTheWrongKind() {
    write("train.csv", "text,label\na,1\nb,2\n");
    write("validation.csv", "text,label\na,1\nb,two\n");

    assertFails(
        "validation.csv:3: label must be a number like those in train.csv, got the string \"two\"");
  }

  @Test
  void tellsRowsWithoutTheDomainThatOthersHave() {
    write("train.jsonl", row("x", "a", "one") + FISH);

    assertFails("train.jsonl:2: domain is missing, but line 1 has one; give all rows one or none");
  }

  @Test
  void tellsLabelsOfWhichThereIsOnlyOne() {
    write("train.jsonl", FISH + FISH);
    assertFails("train.jsonl: must have at least two different labels, got only \"fish\"");

    write("train.jsonl", row("x", "a", "one") + row("x", "b", "one") + row("x", "b", "two"));
    assertFails(
        "train.jsonl: must have at least two different labels in the domain \"two\", got only"
            + " \"b\"");

    write("train.jsonl", "{\"text\": \"a\", \"label\": 3}\n");
    assertFails("train.jsonl: must have at least two different labels, got only the number 3.0");
  }

  @Test
  void tellsSplitsThatAreMissingEmptyOrDouble() {
    assertThatThrownBy(() -> Dataset.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder + ": must have the file train.jsonl (or .csv, .tsv, .xlsx), but it has none");

    write("train.jsonl", FISH + BIRD);
    write("validation.jsonl", "\n");
    assertFails("validation.jsonl: must have at least one row, got none");

    write("validation.csv", "text,label\n");
    assertThatThrownBy(() -> Dataset.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder + ": must have one file validation, got validation.jsonl and validation.csv");
  }

  @Test
  void tellsAFolderThatIsNone() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> Dataset.read(none))
        .isInstanceOf(UserError.class)
        .hasMessage(none + ": must be a folder with a dataset or a file, but nothing is there");

    write("file", "");
    assertThatThrownBy(() -> Dataset.read(folder.resolve("file")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("file") + ": its name must end in .jsonl, .csv, .tsv, .xlsx or .txt");
  }

  @Test
  void readsOneSplitForLabelsThatAreKnownAlready() {
    write("test.jsonl", FISH + BIRD);
    var known =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("bird", "fish")));

    assertThat(Dataset.readSplit(folder, Split.TEST, known).rows()).hasSize(2);
    assertThatThrownBy(
            () ->
                Dataset.readSplit(
                    folder,
                    Split.TEST,
                    DomainLabels.single(
                        TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("ape", "cow")))))
        .hasMessage(
            folder.resolve("test.jsonl")
                + ":1: label must be one of those in the adapter's training data (\"ape\","
                + " \"cow\"), got \"fish\"");
  }

  @Test
  void readsACorpusOfAnyFormat() {
    write("corpus.txt", "one\ntwo\n");

    assertThat(Dataset.readCorpus(folder).rows())
        .extracting(Row::text)
        .containsExactly("one", "two");
  }

  private void assertFails(String reason) {
    assertThatThrownBy(() -> Dataset.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve(reason).toString());
  }

  private static String row(String text, String label, String domain) {
    return "{\"text\": \"%s\", \"label\": \"%s\", \"domain\": \"%s\"}\n"
        .formatted(text, label, domain);
  }

  private void write(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFolderWithoutValidationRowsHoldsSomeOut(@TempDir Path place) throws IOException {
    StringBuilder train = new StringBuilder("text,label\n");
    for (int i = 0; i < 34; i++) {
      train.append("leaking seal ").append("x".repeat(i + 1)).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    Files.writeString(place.resolve("train.csv"), train);
    Files.writeString(place.resolve("test.csv"), "text,label\na pump,a\na fan,b\n");
    Dataset data = Dataset.read(place);
    assertThat(data.train().rows()).hasSize(28);
    assertThat(data.validation().rows()).hasSize(6);
    assertThat(data.test().rows()).hasSize(2);
    assertThat(data.splitBy()).isEqualTo("70/15 of train");
    assertThat(data.learntWhole().train().rows()).hasSize(34);
    Files.delete(place.resolve("test.csv"));
    assertThatThrownBy(() -> Dataset.read(place))
        .hasMessage(
            place
                + ": must have the file validation.jsonl (or .csv, .tsv, .xlsx), but it has none");
  }
}
