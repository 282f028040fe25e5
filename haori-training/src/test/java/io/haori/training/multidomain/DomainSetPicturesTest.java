package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of sets of domains of pictures, which are decoded before their step comes. */
final class DomainSetPicturesTest {
  @TempDir Path temporary;
  private TextBase base;
  private DomainRows rows;

  @BeforeEach
  void open() throws IOException {
    Path folder = TinyVision.folder(temporary.resolve("base"));
    base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
    List<Path> domains = new ArrayList<>();
    for (int trained : List.of(8, 5)) {
      domains.add(TinyVision.data(temporary.resolve("plates" + trained), trained));
    }
    rows = new DomainRows(Domains.read(domains), base.reader(), 16);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private DomainSetTrainer trainer(String folder) {
    return new DomainSetTrainer(base, rows, temporary.resolve(folder))
        .clock(() -> 0)
        .keepAdapters(plan -> true);
  }

  private static List<PlannedDomainSet> plans(DomainSetTrainer trainer) {
    DomainSetSettings settings = DomainFolders.settings(Weighting.SIZE, HeadChoice.OWN);
    return List.of(
        trainer.plan(List.of(0), settings),
        trainer.plan(List.of(1), settings),
        trainer.plan(List.of(0, 1), settings));
  }

  /** Beside others, other pictures are decoded ahead, in another order. */
  @Test
  void aModelOfPicturesIsTheSameAloneAndBesideOthers() {
    DomainSetTrainer together = trainer("together");
    DomainSetTrainer apart = trainer("apart").sideBySide(1);

    Map<String, FinishedDomainSet> one = together.run(plans(together));
    Map<String, FinishedDomainSet> other = apart.run(plans(apart));

    for (PlannedDomainSet plan : plans(together)) {
      FinishedDomainSet mine = one.get(plan.digest());
      FinishedDomainSet lone = other.get(plan.digest());
      assertThat(mine.answers()).as(plan.label()).isEqualTo(lone.answers());
      assertThat(mine.curve()).isEqualTo(lone.curve());
      assertThat(mine.tokens()).isEqualTo(lone.tokens()).isPositive();
      float[] values = values(together.adapter(plan));
      float[] loneValues = values(apart.adapter(plan));
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isCloseTo(loneValues[i], within(2e-4f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          flip | task     | 0   | training.augment must be none when several domains are learnt, got flip
          none | balanced | 0   | training.loss must be task when several domains are learnt, got balanced
          none | task     | 0.5 | training.startShare must be 0 when several domains are learnt, got 0.5
          """)
  void whatOnlyAFitOfOneDomainHasIsRefused(
      String augment, String loss, double startShare, String sentence) {
    DomainSetSettings usual = DomainFolders.settings(Weighting.SIZE, HeadChoice.OWN);
    ObjectNode json = usual.toJson();
    json.put("training.augment", augment);
    json.put("training.loss", loss);
    json.put("training.startShare", startShare);
    DomainSetTrainer trainer = trainer("refused");
    List<PlannedDomainSet> plan =
        List.of(trainer.plan(List.of(0, 1), DomainSetSettings.fromJson(json)));

    assertThatThrownBy(() -> trainer.run(plan)).isInstanceOf(UserError.class).hasMessage(sentence);
  }

  private float[] values(Path adapter) {
    try (TextModel model = AdapterFolder.load(adapter, base, DType.F32)) {
      return model.module().parameters().get(0).parameter().value().toFloats();
    }
  }
}
