package io.haori.training.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeanModelTest {
  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private Path model(String name, String method, Dataset of, long seed) {
    TuneSettings settings =
        TuneSettings.builder(method)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .epochs(1)
            .seed(seed)
            .build();
    Path folder = temporary.resolve(name);
    try (TunedModel tuned = new Tuner(base, settings).tune(of)) {
      AdapterFolder.save(folder, tuned.model(), tuned.provenance(of, settings, Map.of()));
    }
    return folder;
  }

  @Test
  void theMeanOfAModelAndItselfAnswersAsIt() {
    Path one = model("one", "lora", data, 1);
    Path mean = temporary.resolve("mean");
    assertThat(MeanModel.exists(List.of(one, one), base)).isTrue();
    MeanModel.write(mean, List.of(one, one), base);
    try (TextModel single = AdapterFolder.load(one, base, DType.F32);
        TextModel both = AdapterFolder.load(mean, base, DType.F32)) {
      for (Row row : data.test().rows()) {
        assertThat(both.predict(row.text()).probability())
            .isCloseTo(single.predict(row.text()).probability(), within(1e-5));
      }
    }
  }

  @Test
  void headsAreAveraged() {
    Path one = model("one", "lora", data, 1);
    Path two = model("two", "lora", data, 2);
    Path mean = temporary.resolve("mean");
    MeanModel.write(mean, List.of(one, two), base);
    double[] a = head(one);
    double[] b = head(two);
    double[] both = head(mean);
    for (int i = 0; i < both.length; i++) {
      assertThat(both[i]).isCloseTo((a[i] + b[i]) / 2, within(1e-6));
    }
  }

  @Test
  void linesMayHaveTheirNamesInTheRows() {
    List<Row> named = new ArrayList<>();
    for (Row row : data.train().rows()) {
      named.add(new Row(row.text(), null, row.label(), "line-b", row.line()));
    }
    Path one = model("one", "lora", data, 1);
    Path two = model("two", "lora", Dataset.of(named).split(1), 2);
    assertThat(MeanModel.exists(List.of(one, two), base)).isTrue();
    Path mean = temporary.resolve("mean");
    MeanModel.write(mean, List.of(one, two), base);
    assertThat(AdapterFolder.describe(mean).labels().heads().get(0).domain()).isEmpty();
  }

  private double[] head(Path folder) {
    try (TextModel model = AdapterFolder.load(folder, base, DType.F32)) {
      return model.heads().parameters().get(0).value().toDoubles();
    }
  }

  @Test
  void thereIsNoneOfOneModelOfOtherLabelsOrOfUpdatesThatDoNotAddUp() {
    Path one = model("one", "lora", data, 1);
    Path dora = model("dora", "dora", data, 1);
    List<Row> renamed =
        data.train().rows().stream()
            .map(row -> Row.of(row.text(), "other " + row.label().names().get(0)))
            .toList();
    Path other = model("other", "lora", Dataset.of(renamed).split(1), 1);
    assertThat(MeanModel.exists(List.of(one), base)).isFalse();
    assertThat(MeanModel.exists(List.of(one, dora), base)).isFalse();
    assertThat(MeanModel.exists(List.of(one, other), base)).isFalse();
    assertThatThrownBy(() -> MeanModel.write(temporary.resolve("m"), List.of(one), base))
        .isInstanceOf(UserError.class)
        .hasMessage("models of a mean must be at least 2, got 1");
  }
}
