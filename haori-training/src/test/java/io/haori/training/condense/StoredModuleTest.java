package io.haori.training.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.MergeKind;
import io.haori.adapter.merge.ModulePruning;
import io.haori.adapter.merge.ModulePruning.Pruned;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import io.haori.training.condense.StoredModule.MergedModule;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stored modules pruned and merged, on a tiny base. */
class StoredModuleTest {
  private static final Provenance ORIGIN =
      new Provenance(Map.of("made", "here"), Map.of("train", "d1"), 7, 0, 0, Map.of(), Map.of());

  @TempDir Path temporary;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private TextBase base;
  private DataFile rows;

  @BeforeEach
  void open() throws IOException {
    base =
        opened(
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT));
    Path data = TinyBase.data(temporary.resolve("data"), 6, false);
    rows = Dataset.readSplit(data, Split.VALIDATION, labels("a", "b", "c"));
  }

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private static DomainLabels labels(String... names) {
    return DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of(names)));
  }

  private AdapterModule module(String method, Map<String, String> settings, long seed) {
    Random random = new Random(seed);
    AdapterModule module =
        AdapterModule.create(
            "task", MethodCatalogue.create(method, settings), base.backbone(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.3, value.shape()));
      }
    }
    return module;
  }

  private AdapterModule lora(long seed) {
    return module("lora", Map.of("rank", "4", "alpha", "8"), seed);
  }

  /** An adapter folder with a head for these labels. */
  private Path adapter(String name, AdapterModule module, DomainLabels labels, long seed) {
    Path folder = temporary.resolve(name);
    Heads heads = Heads.create(labels, base.backbone().width(), new Random(seed));
    TextOptions options = new TextOptions(Pooling.MEAN, 16, DType.F32);
    try (TextModel model = new TextModel(base, module, heads, options)) {
      AdapterFolder.save(folder, model, ORIGIN);
    }
    return folder;
  }

  private StoredModule stored(long seed) {
    Path folder = adapter("adapter" + seed, lora(seed), labels("a", "b", "c"), seed);
    return opened(StoredModule.open(folder, base));
  }

  private Quality quality(StoredModule module) {
    return Quality.of(module.pass(module.module()), rows);
  }

  @Test
  void qualityIsScoresAndCrossEntropy() {
    StoredModule module = stored(1);
    Predictions predictions = Predictions.of(module.pass(module.module()), rows);
    double sum = 0;
    for (int row = 0; row < predictions.answers().length; row++) {
      sum -= Math.log(predictions.answers()[row][predictions.targets().classes()[row]]);
    }

    Quality quality = quality(module);

    assertThat(quality.scores()).isEqualTo(predictions.scores().byName());
    assertThat(quality.loss()).isCloseTo(sum / 12, within(1e-6)).isGreaterThan(0.5);
  }

  @Test
  void theLossBoundIsKeptByTheFewestComponentsThatWereTried() {
    StoredModule module = stored(2);
    double before = quality(module).loss();
    int all = ModulePruning.components(module.module());
    List<Integer> kept = new ArrayList<>();
    for (double rise : List.of(0.0, 0.01, 1000.0)) {
      Pruned pruned =
          new LossBound(rise).prune("p", module.module(), module.pass(module.module()), rows);
      AdapterModule less = opened(pruned.module());
      assertThat(Quality.of(module.pass(less), rows).loss()).isLessThanOrEqualTo(before + rise);
      kept.add(pruned.components());
    }
    assertThat(kept.get(0)).isBetween(1, all);
    assertThat(kept.get(1)).isLessThanOrEqualTo(kept.get(0));
    assertThat(kept.get(2)).isEqualTo(1);
  }

  @Test
  void aPrunedAdapterIsWrittenWithItsHead() {
    StoredModule module = stored(3);
    Pruned pruned = ModulePruning.toEnergy("p", module.module(), 0.9);
    AdapterModule less = opened(pruned.module());
    Path folder = temporary.resolve("pruned");

    assertThat(module.save(folder, less, ORIGIN)).isTrue();

    StoredModule again = opened(StoredModule.open(folder, base));
    assertThat(quality(again)).isEqualTo(Quality.of(module.pass(less), rows));
    assertThat(ModulePruning.components(again.module())).isEqualTo(pruned.components());
    assertThat(AdapterFolder.describe(folder).method()).isEqualTo("lora");
  }

  @Test
  void aModuleMergedWithItselfAnswersAsItDid() {
    StoredModule one = stored(4);
    StoredModule same =
        opened(StoredModule.open(adapter("same", lora(4), labels("a", "b", "c"), 4), base));

    MergedModule merged =
        StoredModule.merge(
            List.of(one, same), List.of(0.25, 0.75), MergeConfig.SUM, OptionalInt.empty());
    StoredModule both = opened(merged.stored());
    MergedModule cut =
        StoredModule.merge(
            List.of(one, same), List.of(1.0, 0.0), MergeConfig.SUM, OptionalInt.of(4));
    StoredModule thin = opened(cut.stored());

    assertThat(merged.energyLost()).isZero();
    assertThat(quality(both).loss()).isCloseTo(quality(one).loss(), within(1e-5));
    assertThat(ModulePruning.components(both.module()))
        .isEqualTo(2 * ModulePruning.components(one.module()));
    assertThat(cut.energyLost()).isLessThan(1e-10);
    assertThat(quality(thin).loss()).isCloseTo(quality(one).loss(), within(1e-5));
  }

  @ParameterizedTest
  @EnumSource(MergeKind.class)
  void aModuleMergedAloneAnswersAsItDid(MergeKind kind) {
    StoredModule one = stored(4);
    MergedModule merged =
        StoredModule.merge(List.of(one), List.of(1.0), MergeConfig.of(kind), OptionalInt.empty());
    StoredModule alone = opened(merged.stored());

    assertThat(merged.energyLost()).isZero();
    assertThat(quality(alone)).isEqualTo(quality(one));
  }

  @ParameterizedTest
  @EnumSource(MergeKind.class)
  void everyKindOfMergeIsStoredAndMeasured(MergeKind kind) {
    StoredModule one = stored(4);
    StoredModule other = stored(5);
    MergedModule merged =
        StoredModule.merge(
            List.of(one, other), List.of(0.5, 0.5), MergeConfig.of(kind), OptionalInt.empty());
    StoredModule both = opened(merged.stored());
    Path folder = temporary.resolve("merged");
    both.save(folder, both.module(), ORIGIN);

    StoredModule again = opened(StoredModule.open(folder, base));
    assertThat(quality(again)).isEqualTo(quality(both));
    assertThat(quality(both).loss()).isNotEqualTo(quality(one).loss());
    // Ties and dare have no rank of their own and lose what is beyond the sum of the ranks.
    boolean cut = kind == MergeKind.TIES || kind == MergeKind.DARE;
    assertThat(merged.energyLost()).isBetween(cut ? 0.01 : 0, cut ? 0.9 : 0);
  }

  @Test
  void headsAreAveragedByTheWeights() {
    StoredModule one = stored(5);
    StoredModule other = stored(6);
    MergedModule merged =
        StoredModule.merge(
            List.of(one, other), List.of(1.0, 3.0), MergeConfig.SUM, OptionalInt.empty());
    Heads mean = opened(merged.stored()).heads().orElseThrow();

    float[] expected = one.heads().orElseThrow().tensors().get("classifier.weight").toFloats();
    float[] second = other.heads().orElseThrow().tensors().get("classifier.weight").toFloats();
    float[] found = mean.tensors().get("classifier.weight").toFloats();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(0.25f * expected[i] + 0.75f * second[i], within(1e-6f));
    }
  }

  @Test
  void headsOfOtherLabelsAreRefused() {
    StoredModule one = stored(7);
    Path folder = adapter("other", lora(8), labels("a", "x", "y"), 8);
    StoredModule other = opened(StoredModule.open(folder, base));
    Path headless = temporary.resolve("domain");
    try (AdapterModule module = lora(9)) {
      ModuleFolder.save(headless, module, base, Map.of("made", "here"), Map.of());
    }
    StoredModule domain = opened(StoredModule.open(headless, base));

    refused(
        () -> merge(one, other, 1, 1),
        "heads of modules to merge must be for the same labels, got a/x/y beside a/b/c");
    refused(
        () -> merge(one, domain, 1, 1),
        "modules to merge must be all with a head or all without, got 1 with one of 2");
    refused(() -> merge(one, one, 1, -1), "sum of the weights must be finite, above 0, got 0.0");
  }

  private static void merge(StoredModule one, StoredModule other, double... weights) {
    StoredModule.merge(
        List.of(one, other), List.of(weights[0], weights[1]), MergeConfig.SUM, OptionalInt.empty());
  }

  @Test
  void domainModulesAreWrittenAsSuch() {
    Path folder = temporary.resolve("domain");
    try (AdapterModule module = lora(10)) {
      ModuleFolder.save(folder, module, base, Map.of("made", "here"), Map.of("text", "d"));
    }
    StoredModule domain = opened(StoredModule.open(folder, base));
    Pruned pruned = ModulePruning.toComponents("p", domain.module(), 3);
    AdapterModule less = opened(pruned.module());
    Path out = temporary.resolve("less");

    assertThat(domain.save(out, less, ORIGIN)).isTrue();

    assertThat(domain.heads()).isEmpty();
    assertThat(ModuleFolder.isDomainModule(out)).isTrue();
    assertThat(ModuleFolder.settings(out)).containsEntry("made", "here");
    StoredModule again = opened(StoredModule.open(out, base));
    assertThat(ModulePruning.components(again.module())).isEqualTo(3);
  }

  @Test
  void aFolderOfPeftKeepsTheTensorsOfItsHead() {
    Path folder = temporary.resolve("peft");
    try (Scope scope = Scope.open();
        AdapterModule module = lora(11)) {
      Map<String, Tensor> head = Map.of("classifier.weight", Tensors.zeros(DType.F32, 3, 32));
      PeftFolder.write(folder, module, head, PeftSettings.classification("bert.", null));
    }
    StoredModule peft = opened(StoredModule.open(folder, base));
    AdapterModule less = opened(ModulePruning.toComponents("p", peft.module(), 2).module());
    Path out = temporary.resolve("less");

    assertThat(peft.save(out, less, ORIGIN)).isFalse();

    var again = opened(PeftFolder.read(out, base.backbone()));
    assertThat(again.headTensors()).containsOnlyKeys("classifier.weight");
    assertThat(again.settings().taskType()).isEqualTo("SEQ_CLS");
    refused(
        () -> merge(peft, peft, 1, 1),
        "heads of modules to merge must be with their labels in haori.json, got a folder of PEFT's"
            + " with a head");
  }

  @Test
  void otherMethodsAreRefusedByName() {
    Path dora = adapter("dora", module("dora", Map.of("rank", "2"), 12), labels("a", "b"), 12);
    Path frozen = adapter("frozen", module("frozen", Map.of(), 13), labels("a", "b"), 13);
    StoredModule one = opened(StoredModule.open(dora, base));
    StoredModule other = opened(StoredModule.open(frozen, base));

    assertThat(one.isLowRank()).isFalse();
    refused(
        () -> one.requireLowRank("food@1"),
        "food@1 must be of a method that adds a low-rank update as lora does, got dora");
    refused(
        () -> other.requireLowRank("food@2"),
        "food@2 must be of a method that adds a low-rank update as lora does, got frozen");
  }

  @Test
  void anotherBaseIsRefused() throws IOException {
    Path folder = adapter("adapter", lora(14), labels("a", "b", "c"), 14);
    TextBase other = new TextBase("other", "d9", base.backbone(), base.tokenizer());

    assertThatThrownBy(() -> StoredModule.open(folder, other))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("base of " + folder + " must be ")
        .hasMessageEndingWith("got other with the digest d9");
  }

  @Test
  void badBoundsAreNamed() {
    refused(() -> new LossBound(-1), "maxLossRise must be finite, at least 0, got -1.0");
    refused(() -> new LossBound(Double.NaN), "maxLossRise must be finite, at least 0, got NaN");
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
