package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.server.child.FieldNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FieldNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --good must be one of the classes [ok], got fine | good must be one of the classes [ok], got fine
          --lr must be in (0, 1], got 2; give --batch-size | training.learningRate must be in (0, 1], got 2; give batchSize
          --rank must be in [1, 1024], got 0 | rank must be in [1, 1024], got 0
          --label-column は列の名前で… | labelColumn は列の名前で…
          --text-column=内容 is no column | textColumn=内容 is no column
          --resume must find a run in --out | --resume must find a run in --out
          what-if--data and ---data | what-if--data and ---data
          --data is new: haori tune --data DIR --base B | data is new: haori tune --data DIR --base B
          """)
  void whatARequestHasIsNamedInPlaceOfWhatACommandHas(String said, String shown) {
    assertThat(FieldNames.inPlaceOfFlags(said)).isEqualTo(shown);
  }
}
