package io.haori.inference.live;

import static io.haori.inference.live.LiveModules.heads;
import static io.haori.inference.live.LiveModules.lora;
import static io.haori.inference.live.LiveModules.moved;
import static io.haori.inference.live.LiveModules.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.router.Route;
import io.haori.inference.router.RoutedRow;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of one batch go to modules and mixes of their own, and none sees the others. */
class RoutedRowsTest {
  @TempDir Path temporary;

  private TextBase base;
  private LiveModel live;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    live = new LiveModel(base, null, options(DType.F32));
  }

  @AfterEach
  void close() {
    live.close();
    base.close();
  }

  @Test
  void whatAModuleAnswersDoesNotDependOnWhoElseIsAttached() {
    live.attach("food", part("food", "lora", Pooling.MEAN, 1));
    List<Double> alone = answers(live, texts(5), "food");
    live.attach("plants", part("plants", "lora", Pooling.MEAN, 2));
    live.attach("people", part("people", "dora", Pooling.CLS, 3));
    assertThat(answers(live, texts(5), "food")).isEqualTo(alone);
    live.change(change -> change.disable("plants").weight("people", 1).disable("people"));
    assertThat(answers(live, texts(5), "food")).isEqualTo(alone);
    live.weight("food", 0.5);
    assertThat(answers(live, texts(5), "food")).as("its own weight counts").isNotEqualTo(alone);
  }

  @Test
  void rowsInOneBatchAreAnsweredAsOnTheirOwn() {
    live.attach("a", part("a", "lora", Pooling.MEAN, 1));
    live.attach("b", part("b", "lora", Pooling.MEAN, 2));
    live.attach("turning", part("turning", "dora", Pooling.MEAN, 3));
    live.attach("first", part("first", "bottleneck", Pooling.CLS, 4));
    List<String> modules = List.of("a", "b", "turning", "first");
    List<RoutedRow> mixed = new ArrayList<>();
    List<String> texts = texts(75);
    SplittableRandom random = new SplittableRandom(3);
    for (String text : texts) {
      mixed.add(RoutedRow.of(text, modules.get(random.nextInt(modules.size()))));
    }
    List<Prediction> together = live.predict(mixed);
    assertThat(together).hasSize(texts.size());
    for (int row = 0; row < texts.size(); row++) {
      Prediction alone = live.predict(List.of(mixed.get(row))).get(0);
      assertClose(together.get(row), alone);
    }
    for (String module : modules) {
      List<Integer> ours = new ArrayList<>();
      for (int row = 0; row < texts.size(); row++) {
        if (mixed.get(row).route().head().equals(module)) {
          ours.add(row);
        }
      }
      float[][] expected = live.answers(module, ours.stream().map(texts::get).toList());
      for (int i = 0; i < ours.size(); i++) {
        assertClose(together.get(ours.get(i)), expected[i]);
      }
    }
  }

  @Test
  void aWeightedMixIsWhatTheModulesComputeWithTheseWeights() {
    live.attach("food", part("food", "lora", Pooling.MEAN, 1));
    live.attach("plants", part("plants", "lora", Pooling.MEAN, 2));
    live.attach("other", part("other", "lora", Pooling.MEAN, 5));
    Route both = new Route(Map.of("food", 0.25, "plants", 2.0), "plants");
    List<RoutedRow> rows = new ArrayList<>();
    for (String text : texts(4)) {
      rows.add(new RoutedRow(row(text), both));
      rows.add(RoutedRow.of(text, "other"));
    }
    List<Prediction> routed = live.predict(rows);
    live.change(change -> change.weight("food", 0.25).weight("plants", 2).disable("other"));
    try (LiveSnapshot snapshot = live.snapshot()) {
      List<Prediction> expected =
          snapshot.passOfAll("plants").predict(texts(4).stream().map(RoutedRowsTest::row).toList());
      for (int i = 0; i < expected.size(); i++) {
        assertClose(routed.get(2 * i), expected.get(i));
      }
    }
  }

  @Test
  void aGateTakesItsModulesAlongBesideOtherRows() {
    AdapterModule food = moved(base, lora("query,value"), "food", 1);
    AdapterModule plants = moved(base, lora("query,output.dense"), "plants", 2);
    for (GateConfig.Kind kind : GateConfig.Kind.values()) {
      String name = "mix " + kind;
      GateMethod method = new GateMethod(GateConfig.DEFAULT.withKind(kind), List.of(food, plants));
      AdapterModule gate = moved(base, method, name, 3);
      if (live.modules().isEmpty()) {
        live.attach("food", LivePart.of(food));
        live.attach("plants", LivePart.of(plants));
        live.attach("other", part("other", "lora", Pooling.MEAN, 5));
      }
      live.attach(
          name,
          new LivePart(gate, heads(base, 7), Set.of("food", "plants"), name, options(DType.F32)));
      List<RoutedRow> rows = new ArrayList<>();
      for (String text : texts(3)) {
        rows.add(RoutedRow.of(text, "other"));
        rows.add(RoutedRow.of(text, name));
      }
      List<Prediction> routed = live.predict(rows);
      float[][] alone = live.answers(name, texts(3));
      for (int i = 0; i < alone.length; i++) {
        assertClose(routed.get(2 * i + 1), alone[i]);
      }
      live.detach(name);
    }
  }

  @Test
  void noRowsHaveNoAnswers() {
    assertThat(live.predict(List.of())).isEmpty();
  }

  @Test
  void mistakesAreOneSentence() {
    live.attach("food", part("food", "lora", Pooling.MEAN, 1));
    live.attach("bare", LivePart.of(moved(base, lora("query"), "bare", 2)));
    live.attach("turning", part("turning", "dora", Pooling.MEAN, 3));
    assertRefused(
        RoutedRow.of("worda", "fodd"),
        "module with heads must be one of [food, turning], got fodd");
    assertRefused(
        RoutedRow.of("worda", "bare"),
        "module with heads must be one of [food, turning], got bare");
    assertRefused(
        new RoutedRow(row("worda"), new Route(Map.of("nobody", 1.0), "food")),
        "module must be one of [food, bare, turning], got nobody");
    live.disable("bare");
    assertRefused(
        new RoutedRow(row("worda"), new Route(Map.of("bare", 1.0), "food")),
        "module bare must be enabled to answer, got one that is disabled");
    assertThatThrownBy(() -> new Route(Map.of("food", Double.NaN), "food"))
        .isInstanceOf(UserError.class)
        .hasMessage("weight of module food must be finite, got NaN");
    assertThatThrownBy(() -> new Route(Map.of(), "food"))
        .isInstanceOf(UserError.class)
        .hasMessage("modules of a route must be at least one, got none");
    assertThatThrownBy(
            () ->
                live.predict(
                    List.of(
                        new RoutedRow(
                            row("worda"), new Route(Map.of("food", 1.0, "turning", 1.0), "food")))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("method of module turning must be one whose updates add up");
  }

  private void assertRefused(RoutedRow row, String sentence) {
    assertThatThrownBy(() -> live.predict(List.of(RoutedRow.of("wordb", "food"), row)))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  private LivePart part(String name, String method, Pooling pooling, long seed) {
    AdapterModule module = moved(base, MethodCatalogue.create(method, Map.of()), name, seed);
    return new LivePart(
        module,
        heads(base, seed + 20),
        Set.of(),
        name,
        new TextOptions(pooling, 6 + (int) seed, DType.F32));
  }

  private static List<Double> answers(LiveModel live, List<String> texts, String module) {
    List<Double> numbers = new ArrayList<>();
    live.predict(texts.stream().map(text -> RoutedRow.of(text, module)).toList())
        .forEach(prediction -> numbers.addAll(prediction.probabilities().values()));
    return numbers;
  }

  private static Row row(String text) {
    return new Row(text, null, null, null, 1);
  }

  private static List<String> texts(int count) {
    SplittableRandom random = new SplittableRandom(count);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word <= random.nextInt(12); word++) {
        int id = 10 + random.nextInt(80);
        text.append("word")
            .append((char) ('a' + id / 26))
            .append((char) ('a' + id % 26))
            .append(' ');
      }
      texts.add(text.toString().strip());
    }
    return texts;
  }

  private static void assertClose(Prediction actual, Prediction expected) {
    assertThat(actual.probabilities().keySet()).isEqualTo(expected.probabilities().keySet());
    expected
        .probabilities()
        .forEach(
            (label, probability) ->
                assertThat(actual.probabilities().get(label)).isCloseTo(probability, within(2e-6)));
  }

  private static void assertClose(Prediction actual, float[] expected) {
    List<String> labels = List.of("a", "b", "c");
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.probabilities().get(labels.get(i))).isCloseTo(expected[i], within(2e-6));
    }
  }
}
