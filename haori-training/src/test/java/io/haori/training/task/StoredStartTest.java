package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredStartTest {
  @TempDir Path temporary;
  private TextBase base;
  private Path sister;
  private Dataset data;

  @BeforeEach
  void train() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 48, false));
    sister = temporary.resolve("sister");
    TuneSettings settings = settings("dora").epochs(6).build();
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      AdapterFolder.save(sister, tuned.model(), tuned.provenance(data, settings, Map.of()));
    }
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettingsBuilder settings(String method) {
    return TuneSettings.builder(method)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(8)
        .learningRate(1e-2)
        .epochs(2);
  }

  /** The labels of the sister but one, and a new one. */
  private Dataset newLine() {
    List<Row> rows = new ArrayList<>();
    for (Row row : data.train().rows()) {
      String label = row.label().names().get(0);
      rows.add(Row.of(row.text(), label.equals("c") ? "new" : label));
    }
    return Dataset.of(rows).split(1);
  }

  @Test
  void aFixedStartKeepsTheModuleAndFitsAHead() {
    StoredStart start = new StoredStart(sister, true);
    TuneSettings settings = start.settings(settings("lora").build(), base);
    assertThat(settings.method().name()).isEqualTo("dora");
    try (TunedModel tuned = new Tuner(base, settings).startFrom(start).tune(newLine());
        var stored = AdapterFolder.load(sister, base, DType.F32)) {
      assertThat(tuned.training().epochs()).isZero();
      assertThat(tuned.trainable()).isEqualTo(3L * (base.backbone().width() + 1));
      String text = newLine().train().rows().get(0).text();
      assertThat(tuned.model().embed(text)).isEqualTo(stored.embed(text));
      assertThat(tuned.model().heads().labels().heads().get(0).labels().names())
          .containsExactly("a", "b", "new");
    }
  }

  /** Of one row a class nothing can be held out, so nothing says that the head must change. */
  @Test
  void aFixedStartStaysAsItIsWhereNothingCanBeHeldOut() {
    StoredStart start = new StoredStart(sister, true);
    TuneSettings settings = start.settings(settings("lora").build(), base);
    List<Row> one = new ArrayList<>();
    for (String label : List.of("a", "b", "c")) {
      one.add(
          data.train().rows().stream()
              .filter(row -> row.label().names().get(0).equals(label))
              .findFirst()
              .orElseThrow());
    }
    try (TunedModel tuned =
            new Tuner(base, settings)
                .startFrom(start)
                .tune(
                    new Dataset(
                        data.folder(),
                        data.labels(),
                        new DataFile(data.train().path(), one, "one row a class"),
                        data.validation(),
                        data.test()));
        var stored = AdapterFolder.load(sister, base, DType.F32);
        Scope scope = Scope.open()) {
      assertThat(tuned.model().heads().parameters().get(0).value().toFloats())
          .containsExactly(
              stored.heads().parameters().get(0).value().toFloats(),
              org.assertj.core.api.Assertions.within(1e-6f));
    }
  }

  @Test
  void theHeadStartsWithTheRowsOfLabelsThatBothKnow() {
    StoredStart start = new StoredStart(sister, false);
    TuneSettings settings = start.settings(settings("lora").learningRate(1e-12).build(), base);
    try (TunedModel tuned = new Tuner(base, settings).startFrom(start).tune(newLine());
        var stored = AdapterFolder.load(sister, base, DType.F32);
        Scope scope = Scope.open()) {
      int width = base.backbone().width();
      float[] ours = tuned.model().heads().parameters().get(0).value().toFloats();
      float[] theirs = stored.heads().parameters().get(0).value().toFloats();
      for (int i = 0; i < 2 * width; i++) {
        assertThat(ours[i]).isCloseTo(theirs[i], org.assertj.core.api.Assertions.within(1e-6f));
      }
      float difference = 0;
      for (int i = 2 * width; i < 3 * width; i++) {
        difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
      }
      assertThat(difference).as("the row of the new label is a probe's").isGreaterThan(1e-3f);
    }
  }

  @Test
  void aRunThatStartsElsewhereIsNotResumed() {
    StoredStart start = new StoredStart(sister, false);
    TuneSettings settings = start.settings(settings("lora").build(), base);
    Path checkpoint = temporary.resolve("checkpoint");
    int[] asked = {0};
    try (TunedModel stopped =
        new Tuner(base, settings)
            .startFrom(start)
            .checkpoints(checkpoint, false)
            .stopWhen(() -> asked[0]++ == 2)
            .tune(data)) {
      assertThat(stopped.training().interrupted()).isTrue();
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> new Tuner(base, settings).checkpoints(checkpoint, true).tune(data))
        .isInstanceOf(io.haori.core.check.UserError.class)
        .hasMessageContaining("start");
    try (TunedModel whole =
        new Tuner(base, settings).startFrom(start).checkpoints(checkpoint, true).tune(data)) {
      assertThat(whole.training().interrupted()).isFalse();
    }
  }
}
