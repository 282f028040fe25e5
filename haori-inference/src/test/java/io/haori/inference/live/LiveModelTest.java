package io.haori.inference.live;

import static io.haori.inference.live.LiveModules.TEXTS;
import static io.haori.inference.live.LiveModules.bits;
import static io.haori.inference.live.LiveModules.heads;
import static io.haori.inference.live.LiveModules.live;
import static io.haori.inference.live.LiveModules.lora;
import static io.haori.inference.live.LiveModules.moved;
import static io.haori.inference.live.LiveModules.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules are switched one by one, and what is switched off leaves no trace. */
class LiveModelTest {
  @TempDir Path temporary;

  private TextBase base;
  private LiveModel live;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    live = live(base);
  }

  @AfterEach
  void close() {
    live.close();
    base.close();
  }

  @Test
  void aModuleThatIsDisabledLeavesTheLogitsOfAModelThatNeverHadIt() {
    assertNoTrace(live);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void theSameHoldsForMiniLm(DType precision) {
    try (TextBase miniLm = TextBase.open("minilm", precision, FetchListener.SILENT);
        LiveModel model = new LiveModel(miniLm, heads(miniLm, 1), options(precision))) {
      List<Integer> never = bits(model);
      model.attach("food", lora(miniLm, "food", 7));
      List<Integer> with = bits(model);
      assertThat(with).isNotEqualTo(never);
      model.disable("food");
      assertThat(bits(model)).isEqualTo(never);
      model.enable("food");
      assertThat(bits(model)).isEqualTo(with);
      model.detach("food");
      assertThat(bits(model)).isEqualTo(never);
    }
  }

  private void assertNoTrace(LiveModel model) {
    List<Integer> never = bits(model);
    model.attach("food", lora(base, "food", 7));
    List<Integer> food = bits(model);
    assertThat(food).isNotEqualTo(never);
    model.attach("plants", lora(base, "plants", 8));
    List<Integer> both = bits(model);
    model.disable("plants");
    assertThat(bits(model)).isEqualTo(food);
    model.disable("food");
    assertThat(bits(model)).isEqualTo(never);
    model.change(change -> change.enable("food").enable("plants"));
    assertThat(bits(model)).isEqualTo(both);
    model.change(change -> change.detach("food").detach("plants"));
    assertThat(bits(model)).isEqualTo(never);
  }

  @Test
  void aModuleGoesBackVersionByVersion() {
    live.attach("food", lora(base, "food", 1));
    List<Integer> first = bits(live);
    live.replace("food", lora(base, "food", 2).labelled("second"));
    List<Integer> second = bits(live);
    live.replace("food", lora(base, "food", 3).labelled("third"));
    assertThat(bits(live)).isNotEqualTo(second);
    assertThat(live.modules().get(0).history())
        .containsExactly(
            new ModuleStatus.Version(1, "food"),
            new ModuleStatus.Version(2, "second"),
            new ModuleStatus.Version(3, "third"));
    live.rollback("food");
    assertThat(bits(live)).isEqualTo(second);
    live.rollback("food");
    assertThat(bits(live)).isEqualTo(first);
    assertThat(live.modules().get(0).version()).isEqualTo(1);
    assertThatThrownBy(() -> live.rollback("food"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "module food must be replaced before it is rolled back, got version 1 and no kept"
                + " version before it");
  }

  @Test
  void aVersionNumberIsNeverUsedTwice() {
    live.attach("food", lora(base, "food", 1));
    live.replace("food", lora(base, "food", 2));
    live.rollback("food");
    live.replace("food", lora(base, "food", 3));
    assertThat(live.modules().get(0).history())
        .extracting(ModuleStatus.Version::number)
        .containsExactly(1, 3);
  }

  @Test
  void onlyTheVersionsThatMayComeBackAreKept() {
    FakeModule[] fakes = new FakeModule[5];
    for (int i = 0; i < fakes.length; i++) {
      fakes[i] = new FakeModule(0.01 * (i + 1));
      LivePart part = fakes[i].part(base, "food");
      if (i == 0) {
        live.attach("food", part);
      } else {
        live.replace("food", part);
      }
    }
    int layers = base.backbone().slots().size();
    assertThat(fakes).extracting(fake -> fake.freed.get()).containsExactly(layers, layers, 0, 0, 0);
    live.rollback("food");
    assertThat(fakes[4].freed.get()).isEqualTo(layers);
    live.detach("food");
    assertThat(fakes).extracting(fake -> fake.freed.get()).containsOnly(layers);
  }

  @Test
  void aRollbackBringsTheHeadsOfThatVersionBack() {
    live.attach("food", withHeads(lora(base, "food", 1), 11));
    List<Integer> first = bits(live.answers("food", TEXTS));
    live.replace("food", withHeads(lora(base, "food", 1), 12));
    assertThat(bits(live.answers("food", TEXTS))).isNotEqualTo(first);
    live.rollback("food");
    assertThat(bits(live.answers("food", TEXTS))).isEqualTo(first);
    live.disable("food");
    assertRefused(
        () -> live.answers("food", TEXTS),
        "module food must be enabled to answer, got one that is disabled");
    try (LiveSnapshot snapshot = live.snapshot();
        Heads heads = heads(base, 11)) {
      TextPass bare = new TextPass(base, Adaptation.NONE, heads, options(DType.F32));
      TextPass disabled = snapshot.passOfAll("food");
      assertThat(bits(disabled.answers(disabled.tokenize(rows()), new int[TEXTS.size()])))
          .as("a disabled module's heads answer as on the bare base")
          .isEqualTo(bits(bare.answers(bare.tokenize(rows()), new int[TEXTS.size()])))
          .isNotEqualTo(first);
    }
  }

  private static List<Row> rows() {
    return TEXTS.stream().map(text -> new Row(text, null, null, null, 1)).toList();
  }

  private LivePart withHeads(LivePart part, long seed) {
    Heads heads = heads(base, seed);
    return new LivePart(part.module(), heads, Set.of(), "seed " + seed, null);
  }

  @Test
  void severalChangesBecomeVisibleAtOnceOrNotAtAll() {
    live.attach("food", lora(base, "food", 1));
    List<Integer> before = bits(live);
    try (LivePart plants = lora(base, "plants", 2)) {
      assertThatThrownBy(
              () -> live.change(c -> c.disable("food").attach("plants", plants).enable("fruit")))
          .isInstanceOf(UserError.class)
          .hasMessage("module must be one of [food, plants], got fruit");
      assertThat(bits(live)).isEqualTo(before);
      assertThat(live.modules()).extracting(ModuleStatus::name).containsExactly("food");
    }
  }

  @Test
  void aSumIsWhatTheMergedModuleComputes() {
    AdapterModule food = moved(base, lora("all-linear"), "food", 1);
    AdapterModule plants = moved(base, lora("query,output.dense"), "plants", 2);
    AdapterModule merged =
        ModuleMerge.exactly(
                "both", List.of(new ModuleMerge.Term(food, 1), new ModuleMerge.Term(plants, -0.5)))
            .module();
    live.attach("food", LivePart.of(food));
    live.attach("plants", LivePart.of(plants));
    live.weight("plants", -0.5);
    float[][] weighted = live.logits(TEXTS);
    live.change(change -> change.disable("food").disable("plants"));
    live.attach("both", LivePart.of(merged));
    assertClose(live.logits(TEXTS), weighted);
  }

  private static void assertClose(float[][] actual, float[][] expected) {
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        assertThat(actual[row][i]).isCloseTo(expected[row][i], within(1e-5f));
      }
    }
  }

  @Test
  void modulesMayHaveRanksAndPlacesOfTheirOwn() {
    live.attach("food", lora(base, "food", 1));
    AdapterModule narrow =
        moved(
            base,
            MethodCatalogue.create(
                "lora", Map.of("rank", "4", "targets", "value", "rankPattern", "layer.1.*:1")),
            "narrow",
            2);
    List<Integer> food = bits(live);
    live.attach("narrow", LivePart.of(narrow));
    assertThat(bits(live)).isNotEqualTo(food);
    assertThat(live.modules()).hasSize(2);
  }

  @Test
  void aSnapshotStaysAsItIs() {
    live.attach("food", lora(base, "food", 1));
    List<Integer> before = bits(live);
    try (LiveSnapshot snapshot = live.snapshot()) {
      live.change(c -> c.replace("food", lora(base, "food", 2)).disable("food"));
      live.detach("food");
      assertThat(bits(snapshot.logits(TEXTS))).isEqualTo(before);
      assertThat(snapshot.versions()).isEqualTo(Map.of("food", 1));
    }
    assertThat(live.modules()).isEmpty();
  }

  @Test
  void mistakesAreReportedInOneSentence() {
    live.attach("food", lora(base, "food", 1));
    try (LivePart other = lora(base, "other", 2)) {
      assertRefused(
          () -> live.attach("food", other),
          "name of a module must be new to the live model, got food");
      assertRefused(() -> live.replace("fodd", other), "module must be one of [food], got fodd");
      assertRefused(
          () -> live.weight("food", Double.NaN), "weight of module food must be finite, got NaN");
      assertRefused(
          () -> live.answers("food", TEXTS), "module with heads must be one of [], got food");
      assertRefused(
          () -> live.attach("shop", other.using(Set.of("toys"))),
          "modules of mix shop must be out of [food], got toys");
    }
    AdapterModule full =
        new AdapterModule("full", MethodCatalogue.create("full", Map.of()), Map.of());
    assertRefused(
        () -> live.attach("full", LivePart.of(full)),
        "module full must be of a method that sits on layers, got full");
    try (LiveModel headless = new LiveModel(base, null, options(DType.F32))) {
      assertRefused(
          () -> headless.answers(TEXTS),
          "heads must be named by their module, as the model has none, got no name");
    }
  }

  @Test
  void aModuleOfAnotherBaseIsRefused() {
    try (TextBase miniLm = TextBase.open("minilm", DType.F32, FetchListener.SILENT);
        LivePart large = lora(miniLm, "large", 1)) {
      assertRefused(
          () -> live.attach("large", large),
          "module large must be made for this base, got a layer on"
              + " encoder.layer.0.attention.self.query");
    }
  }

  @Test
  void modulesWhoseUpdatesDoNotAddUpAreRefusedByName() {
    LivePart turning = new FakeModule("turning", 0.1, false, () -> {}).part(base, "turning");
    live.attach("turning", turning);
    List<Integer> alone = bits(live);
    try (LivePart food = lora(base, "food", 1)) {
      assertRefused(
          () -> live.attach("food", food),
          "method of module turning must be one whose updates add up, to be weighted or combined"
              + " on encoder.layer.0.attention.self.query, got turning");
      assertRefused(
          () -> live.weight("turning", 0.5),
          "method of module turning must be one whose updates add up, to be weighted or combined"
              + " on encoder.layer.0.attention.self.query, got turning");
      assertThat(bits(live)).isEqualTo(alone);
      live.change(c -> c.disable("turning").attach("other", lora(base, "other", 3)));
    }
  }

  @Test
  void aModuleInUseByAMixIsNotReplaced() {
    live.attach("food", lora(base, "food", 1));
    live.attach("plants", lora(base, "plants", 2));
    live.attach("shop", lora(base, "shop", 3).using(Set.of("food")));
    try (LivePart newer = lora(base, "food", 4)) {
      assertRefused(
          () -> live.replace("food", newer),
          "module food must be free of mixes to be replaced, got the mix shop, which uses it");
    }
    assertRefused(
        () -> live.rollback("food"),
        "module food must be free of mixes to be rolled back, got the mix shop, which uses it");
    assertRefused(
        () -> live.detach("food"),
        "module food must be free of mixes to be detached, got the mix shop, which uses it");
    live.replace("plants", lora(base, "plants", 5));
    live.detach("shop");
    live.replace("food", lora(base, "food", 6));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
