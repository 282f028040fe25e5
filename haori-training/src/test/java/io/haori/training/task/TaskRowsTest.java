package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.multilabel.LabelNames;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.tagging.WordTags;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How files say what the rows of each task are, and what is refused. */
class TaskRowsTest {
  private static final Task MULTI = TaskCatalogue.find("multi-label").orElseThrow();
  private static final Task TAGGING = TaskCatalogue.find("tagging").orElseThrow();

  @TempDir Path temporary;

  private static TextBase base(Path place) {
    return TextBase.open(TinyBase.folder(place).toString(), DType.F32, FetchListener.SILENT);
  }

  private Dataset read(String ending, String train) throws IOException {
    for (Split split : Split.values()) {
      Files.writeString(temporary.resolve(split.fileName() + ending), train);
    }
    return Dataset.read(temporary);
  }

  @Test
  void aListOfLabelsMakesAMultiLabelTaskAndMayBeEmpty() throws IOException {
    Dataset data =
        read(
            ".jsonl",
            """
            {"text": "x", "labels": ["b", "a", "b"]}
            {"text": "y", "labels": []}
            """);

    assertThat(data.labels().task()).isEqualTo(MULTI);
    assertThat(data.labels().heads().get(0).labels().names()).containsExactly("a", "b");
    assertThat(data.train().rows())
        .extracting(Row::label)
        .containsExactly(LabelNames.of("a", "b"), LabelNames.of());
    Targets targets = Targets.of(data.train().rows(), data.labels());
    assertThat(targets.of(0)).containsExactly(1, 1);
    assertThat(targets.of(1)).containsExactly(0, 0);
  }

  @Test
  void aTableHasSemicolonsOrBarsBetweenLabels() throws IOException {
    Dataset data = read(".csv", "text,labels\nx,b; a\ny,\nz,c|a\nw,b；c\n");

    assertThat(data.train().rows())
        .extracting(Row::label)
        .containsExactly(
            LabelNames.of("a", "b"),
            LabelNames.of(),
            LabelNames.of("a", "c"),
            LabelNames.of("b", "c"));
  }

  @Test
  void aFieldCalledLabelStillDecidesWhereThereAreOthers() throws IOException {
    Dataset data =
        read(
            ".jsonl",
            """
            {"text": "x", "label": "a", "tags": ["new"], "labels": ["q"]}
            {"text": "y", "label": "b", "tags": [], "labels": []}
            """);

    assertThat(data.labels().task()).isEqualTo(TaskCatalogue.CLASSIFICATION);
    Dataset chosen = Dataset.read(temporary, DataOptions.USUAL.withTask(MULTI));
    assertThat(chosen.labels().task()).isEqualTo(MULTI);
  }

  @Test
  void tokensAndTagsMakeATaggingTask() throws IOException {
    Dataset data =
        read(
            ".jsonl",
            """
            {"tokens": ["Ada", "Lovelace", "wrote"], "tags": ["B-PER", "I-PER", "O"]}
            {"text": "so did  Bob", "tags": ["O", "O", "B-PER"]}
            """);

    assertThat(data.labels().task()).isEqualTo(TAGGING);
    Row first = data.train().rows().get(0);
    assertThat(first.text()).isEqualTo("Ada Lovelace wrote");
    assertThat(first.words()).containsExactly("Ada", "Lovelace", "wrote");
    assertThat(first.label()).isEqualTo(WordTags.of("B-PER", "I-PER", "O"));
    assertThat(data.train().rows().get(1).wordsOrSplit()).containsExactly("so", "did", "Bob");
    assertThat(data.labels().heads().get(0).labels().names())
        .containsExactly("B-PER", "I-PER", "O");
  }

  @Test
  void aTableHasBlanksBetweenTokensAndTags() throws IOException {
    Dataset data = read(".tsv", "tokens\ttags\na b\tX Y\n");

    assertThat(data.train().rows().get(0).words()).containsExactly("a", "b");
    assertThat(data.train().rows().get(0).label()).isEqualTo(WordTags.of("X", "Y"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"text": "x", "labels": "a"}             | {"text": "x", "labels": 3}                   | labels must be a list such as ["a", "b"], got 3
          {"text": "x", "labels": ["a"]}           | {"text": "x", "labels": [1]}                 | labels must be names that are not blank, got 1 at position 1
          {"text": "x", "labels": ["a"]}           | {"text": "x", "labels": ["b", " "]}          | labels must be names that are not blank, got a blank one at position 2
          {"text": "x", "labels": ["a"]}           | {"text": "x"}                                | labels is missing; a text without labels has []
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": ["x", "y"], "tags": ["a"]}        | tags must be as many as tokens, got 1 tags for 2 tokens
          {"tokens": ["x"], "tags": ["a"]}         | {"text": "x y z", "tags": ["a", "b"]}        | tags must be as many as tokens, got 2 tags for 3 tokens
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": ["x"]}                            | tags is missing
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": ["x"], "tags": [7]}               | tags must be names that are not blank, got 7 at position 1
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": ["x"], "tags": {"a": 1}}          | tags must be a list such as ["B-PER", "O"], got {a=1}
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": ["x", ""], "tags": ["a", "b"]}    | tokens must hold words that are not blank, got a blank one at position 2
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": [], "tags": []}                   | tokens must hold at least one word, got none
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": [3], "tags": ["a"]}               | tokens must be a list of words, got the number 3 at position 1
          {"tokens": ["x"], "tags": ["a"]}         | {"tokens": 3, "tags": ["a"]}                 | tokens must be a list of words, got the number 3
          """)
  void aWrongRowIsNamedByFileAndLine(String right, String wrong, String sentence) {
    assertThatThrownBy(() -> read(".jsonl", right + "\n" + wrong + "\n"))
        .isInstanceOf(UserError.class)
        .hasMessage(temporary.resolve("train.jsonl") + ":2: " + sentence);
  }

  @Test
  void oneTagIsNotEnoughToLearnAndNoLabelAtAllNeither() {
    assertThatThrownBy(() -> read(".jsonl", "{\"tokens\": [\"x\"], \"tags\": [\"O\"]}\n"))
        .hasMessage(
            temporary.resolve("train.jsonl")
                + ": must have at least two different labels, got only \"O\"");
    assertThatThrownBy(() -> read(".jsonl", "{\"text\": \"x\", \"labels\": []}\n"))
        .hasMessage(temporary.resolve("train.jsonl") + ": must have at least one label, got none");
  }

  @Test
  void rowsOfAProgramAreCheckedLikeThoseOfAFile() {
    Row right = Row.ofWords(List.of("a", "b"), WordTags.of("X", "O"));
    Row wrong = Row.ofWords(List.of("a", "b"), WordTags.of("X"));

    assertThatThrownBy(() -> Dataset.of(List.of(right, wrong)))
        .hasMessage("rows:2: tags must be as many as tokens, got 1 tags for 2 tokens");
    assertThatThrownBy(() -> Dataset.of(List.of(right, Row.of("a", "class"))))
        .hasMessage("rows:2: label must be of the same kind as in row 1, tagging");
  }

  @Test
  void wordsBehindTheLastTokenAreCutCountedAndSaid() throws IOException {
    Dataset data =
        read(
            ".jsonl",
            """
            {"tokens": ["wordbb", "wordbc", "wordbd", "wordbe"], "tags": ["A", "O", "A", "O"]}
            {"tokens": ["wordbb"], "tags": ["A"]}
            """);
    try (TextBase base = base(temporary.resolve("base"))) {
      TokenizedRows rows = TokenizedRows.of(data.train().rows(), base.tokenizer(), 4, TAGGING);
      assertThat(rows.words(0)).containsExactly(1, 2, -1, -1);
      assertThat(rows.words(1)).containsExactly(1);
      assertThat(rows.cutWords()).isEqualTo(2);
      Positions positions = new Positions(rows, TAGGING);
      assertThat(positions.count(0, 1)).isEqualTo(3);
      assertThat(DataSummary.of(data, base.reader(), 4).warnings())
          .extracting(DataWarning::sentence)
          .contains(
              "2 training words are behind the first 4 tokens of their row: nothing is learnt of"
                  + " them, and they count as outside");
    }
  }

  @Test
  void aTextOfJapaneseIsOneWordAndThatIsSaid() throws IOException {
    Dataset data =
        read(
            ".jsonl",
            """
            {"text": "東京に行く", "tags": ["A"]}
            {"text": "wordbb wordbc", "tags": ["O", "A"]}
            """);
    try (TextBase base = base(temporary.resolve("base"))) {
      assertThat(DataSummary.of(data, base.reader(), 16).warnings())
          .filteredOn(warning -> warning.kind().equals("unsplit"))
          .first()
          .extracting(DataWarning::sentence, DataWarning::examples)
          .containsExactly(
              "1 training texts have no blanks between words, so each is one word; give words as"
                  + " tokens",
              List.of("train.jsonl:1"));
    }
  }

  @Test
  void everyTaskIsFoundByItsNameAndTheNameOfItsFiles() {
    assertThat(TaskCatalogue.names())
        .containsExactly("classification", "regression", "multi-label", "tagging");
    for (Task task : TaskCatalogue.all()) {
      assertThat(TaskCatalogue.find(task.name())).contains(task);
      assertThat(TaskCatalogue.ofFile(TaskCatalogue.fileName(task))).contains(task);
    }
    assertThat(TaskCatalogue.fileName(MULTI)).isEqualTo("MULTI_LABEL");
    assertThat(TaskCatalogue.find("ranking")).isEmpty();
  }
}
