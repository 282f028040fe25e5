package io.haori.training.data.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.inference.task.multilabel.LabelNames;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.WordTags;
import io.haori.model.chat.Conversation;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dataOfAFolderAreReadBackEqual(boolean domains, @TempDir Path folder) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(folder, 24, domains));

    String text = DataJson.write(data).toString();

    assertThat(DataJson.readDataset(JSON.readTree(text))).isEqualTo(data);
  }

  @Test
  void everyKindOfRowIsReadBackEqual() throws IOException {
    Conversation said =
        Conversation.asking("how old?").and(io.haori.model.chat.Role.ASSISTANT, "12");
    List<Row> rows =
        List.of(
            Row.of("a carp", "fish"),
            Row.of("five", 0.1),
            Row.of("none", LabelNames.of()),
            Row.of("two", LabelNames.of("b", "a")),
            Row.ofWords(List.of("New", "York"), WordTags.of("B", "I")),
            new Row("one", "other", null, "dömain", 7, null, "case 3", null),
            new Row("q", "a", new Label.ClassName("x"), null, 8, null, null, said),
            new Row(
                "",
                null,
                new Label.ClassName("x"),
                null,
                9,
                null,
                null,
                null,
                new io.haori.model.image.Picture.OfFile(Path.of("a.png"))));
    DataFile file = new DataFile(Path.of("a b", "日本.csv"), rows, "0c1f", "Shift_JIS");

    assertThat(DataJson.readFile(JSON.readTree(DataJson.write(file).toString()))).isEqualTo(file);
  }
}
