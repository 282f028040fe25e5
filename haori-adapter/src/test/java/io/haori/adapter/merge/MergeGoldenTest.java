package io.haori.adapter.merge;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraLinear;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.merge.ModuleMerge.Merged;
import io.haori.adapter.merge.ModuleMerge.Term;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Weight;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Merges against an independent implementation in numpy and against peft's functions; {@code
 * make_merges.py} beside the numbers made them.
 */
class MergeGoldenTest {
  private static final String SLOT = "encoder.layer.0.attention.self.query";
  private static final int INPUTS = 7;
  private static final int OUTPUTS = 5;
  private static final List<LoraConfig> CONFIGS =
      List.of(config(2, 4), config(3, 1.5), config(1, 1));

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<AdapterModule> modules = new ArrayList<>();
  private Scope scope;
  private SafetensorsFile io;

  private static LoraConfig config(int rank, double alpha) {
    return LoraConfig.DEFAULT.withRank(rank, alpha).withTargets(Targets.all());
  }

  @BeforeEach
  void open() throws URISyntaxException {
    scope = Scope.open();
    Path numbers = Path.of(MergeGoldenTest.class.getResource("/merge/io.safetensors").toURI());
    io = SafetensorsFile.open(numbers);
    opened.add(io);
    for (int k = 0; k < CONFIGS.size(); k++) {
      modules.add(module(CONFIGS.get(k), SLOT, io.load("in.down." + k), io.load("in.up." + k)));
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable open : opened) {
      open.close();
    }
    scope.close();
  }

  private AdapterModule module(LoraConfig config, String slot, Tensor down, Tensor up) {
    Weight weight = Weight.of(slot + ".weight", Tensors.zeros(DType.F32, up.size(0), down.size(1)));
    opened.add(weight);
    LoraMethod method = new LoraMethod(config);
    AdaptedLinear layer =
        method.restore(
            new Slot(slot, 0, weight, null), Map.of("lora_A.weight", down, "lora_B.weight", up));
    AdapterModule module = new AdapterModule("m" + modules.size(), method, Map.of(slot, layer));
    opened.add(module);
    return module;
  }

  private List<Term> terms(String weights) {
    double[] chosen =
        weights.equals("mean")
            ? new double[] {1.0 / 3, 1.0 / 3, 1.0 / 3}
            : new double[] {0.7, -0.4, 1.5};
    return IntStream.range(0, chosen.length)
        .mapToObj(k -> new Term(modules.get(k), chosen[k]))
        .toList();
  }

  private Tensor update(AdapterModule module) {
    return module.layers().get(SLOT).merged(Tensors.zeros(DType.F32, OUTPUTS, INPUTS));
  }

  private AdapterModule merged(List<Term> terms, MergeConfig config, int rank) {
    Merged merged =
        ModuleMerge.of(
            "merged", terms, config, rank == 0 ? OptionalInt.empty() : OptionalInt.of(rank));
    opened.add(merged.module());
    return merged.module();
  }

  private Tensor golden(String name) {
    return io.load(name).to(DType.F32);
  }

  @ParameterizedTest
  @CsvSource({
    "TIES, mean, 0.25", "TIES, mean, 0.6", "TIES, mean, 1.0",
    "TIES, any, 0.25", "TIES, any, 0.6", "TIES, any, 1.0",
    "KNOTS, mean, 0.25", "KNOTS, mean, 0.6", "KNOTS, mean, 1.0",
    "KNOTS, any, 0.25", "KNOTS, any, 0.6", "KNOTS, any, 1.0"
  })
  void mergesGiveTheNumbersOfTheReference(MergeKind kind, String weights, String density) {
    MergeConfig config = MergeConfig.of(kind).withDensity(Double.parseDouble(density));
    Tensor expected = golden("out." + kind.word() + "." + weights + "." + density);
    assertClose("update", update(merged(terms(weights), config, 0)), expected, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"0.25", "0.6"})
  void tiesGivesTheNumbersOfPeft(String density) {
    MergeConfig config = MergeConfig.of(MergeKind.TIES).withDensity(Double.parseDouble(density));
    Tensor expected = golden("peft.ties.mean." + density);
    assertClose("update", update(merged(terms("mean"), config, 0)), expected, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"mean", "any"})
  void aSumGivesTheNumbersOfPeft(String weights) {
    Tensor expected = golden("peft.linear." + weights);
    assertClose("update", update(merged(terms(weights), MergeConfig.SUM, 0)), expected, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"mean, 0.25", "mean, 0.6", "any, 0.25", "any, 0.6"})
  void dareGivesTheNumbersOfTheReference(String weights, String density) {
    List<double[]> updates =
        modules.stream().map(one -> update(one).to(DType.F64).toDoubles()).toList();
    double[] merged =
        Dare.merge(
            updates,
            terms(weights).stream().mapToDouble(Term::weight).toArray(),
            Double.parseDouble(density),
            List.of(new Random(1), new Random(2), new Random(3)));
    assertClose(
        "update",
        Tensors.of(merged, OUTPUTS, INPUTS).to(DType.F32),
        golden("out.dare." + weights + "." + density),
        1e-5,
        1e-6);
  }

  @Test
  void dareWithAllNumbersKeptIsTheSum() {
    MergeConfig all = MergeConfig.of(MergeKind.DARE).withDensity(1);
    assertClose(
        "update", update(merged(terms("any"), all, 0)), golden("peft.linear.any"), 1e-5, 1e-6);
  }

  @Test
  void dareIsTheSameForASeedAndAnotherForAnother() {
    MergeConfig config = MergeConfig.of(MergeKind.DARE);
    Tensor first = update(merged(terms("mean"), config.withSeed(1), 0));
    assertThat(update(merged(terms("mean"), config.withSeed(1), 0)).equalTo(first)).isTrue();
    assertThat(update(merged(terms("mean"), config.withSeed(2), 0)).equalTo(first)).isFalse();
  }

  /** A module's numbers must not be dropped in the same places in each of its layers. */
  @Test
  void dareDropsInOtherPlacesInAnotherLayer() {
    String other = "encoder.layer.1.attention.self.query";
    List<AdapterModule> elsewhere = new ArrayList<>();
    for (int k = 0; k < CONFIGS.size(); k++) {
      elsewhere.add(module(CONFIGS.get(k), other, io.load("in.down." + k), io.load("in.up." + k)));
    }
    List<Term> moved = elsewhere.stream().map(one -> new Term(one, 1.0 / 3)).toList();
    MergeConfig config = MergeConfig.of(MergeKind.DARE);
    Tensor there =
        merged(moved, config, 0)
            .layers()
            .get(other)
            .merged(Tensors.zeros(DType.F32, OUTPUTS, INPUTS));
    assertThat(there.equalTo(update(merged(terms("mean"), config, 0)))).isFalse();
  }

  /** Whatever the kind: two copies of half the weight are the module. */
  @ParameterizedTest
  @EnumSource(MergeKind.class)
  void aModuleInTwoTermsIsAlone(MergeKind kind) {
    AdapterModule one = modules.get(0);
    List<Term> halves =
        List.of(new Term(one, 0.5), new Term(one, 0.5), new Term(modules.get(1), 0));
    AdapterModule merged = merged(halves, MergeConfig.of(kind), 0);
    assertClose("update", update(merged), update(one), 1e-6, 1e-7);
  }

  /** A copy of a module under another name agrees with it in every sign. */
  @ParameterizedTest
  @EnumSource(
      value = MergeKind.class,
      names = {"TIES", "KNOTS"})
  void modulesThatAgreeAreTheirMean(MergeKind kind) {
    AdapterModule copy = module(CONFIGS.get(0), SLOT, io.load("in.down.0"), io.load("in.up.0"));
    List<Term> terms = List.of(new Term(modules.get(0), 0.25), new Term(copy, 0.75));
    AdapterModule merged = merged(terms, MergeConfig.of(kind).withDensity(1), 0);
    assertClose("update", update(merged), update(copy), 1e-5, 1e-6);
  }

  /** What has no layer there is zero there and has no sign. */
  @ParameterizedTest
  @EnumSource(
      value = MergeKind.class,
      names = {"TIES", "KNOTS"})
  void aLayerThatOneModuleHasIsThatModules(MergeKind kind) {
    AdapterModule other =
        module(CONFIGS.get(1), "pooler.dense", io.load("in.down.1"), io.load("in.up.1"));
    List<Term> terms = List.of(new Term(modules.get(0), 0.5), new Term(other, 0.5));
    AdapterModule merged = merged(terms, MergeConfig.of(kind).withDensity(1), 0);
    assertThat(merged.layers()).containsOnlyKeys(SLOT, "pooler.dense");
    assertClose("update", update(merged), update(modules.get(0)), 1e-5, 1e-6);
  }

  @Test
  void aRankCutsAndSaysWhatIsLost() {
    MergeConfig config = MergeConfig.of(MergeKind.TIES).withDensity(0.6);
    Tensor whole = golden("out.ties.mean.0.6");
    for (MergeConfig kind : List.of(config, MergeConfig.of(MergeKind.KNOTS).withDensity(0.6))) {
      Tensor exact = kind.equals(config) ? whole : golden("out.knots.mean.0.6");
      Merged cut = ModuleMerge.of("cut", terms("mean"), kind, OptionalInt.of(2));
      opened.add(cut.module());
      assertThat(((LoraLinear) cut.module().layers().get(SLOT)).rank()).isEqualTo(2);
      double lost =
          exact.sub(update(cut.module())).square().sum().item() / exact.square().sum().item();
      assertThat(cut.energyLost()).isCloseTo(lost, within(1e-5)).isGreaterThan(0.01);
    }
  }

  @Test
  void withoutARankTheRanksAddUp() {
    Map<MergeKind, Integer> ranks = new HashMap<>();
    for (MergeKind kind : MergeKind.values()) {
      AdapterModule merged = merged(terms("mean"), MergeConfig.of(kind), 0);
      ranks.put(kind, ((LoraLinear) merged.layers().get(SLOT)).rank());
    }
    // Of five outputs no update has a higher rank than five; the sum is not made smaller.
    assertThat(ranks)
        .isEqualTo(
            Map.of(MergeKind.SUM, 6, MergeKind.TIES, 5, MergeKind.DARE, 5, MergeKind.KNOTS, 5));
  }

  @Test
  void badChoicesAreNamed() {
    refused(
        () -> MergeConfig.of(MergeKind.TIES).withDensity(0),
        "merge.density must be in (0, 1], got 0.0");
    refused(
        () -> MergeConfig.of(MergeKind.KNOTS).withDensity(Double.NaN),
        "merge.density must be in (0, 1], got NaN");
    refused(
        () -> MergeConfig.SUM.withDensity(0.5),
        "merge.density must be 1 for the kind sum, got 0.5");
    refused(
        () -> MergeKind.parse("--kind", "tie"),
        "--kind must be one of sum, ties, dare, knots, got tie");
    refused(
        () -> merged(terms("mean"), MergeConfig.of(MergeKind.TIES), -1),
        "rank of the merge must be at least 1, got -1");
    AdapterModule wider =
        module(config(1, 1), SLOT, Tensors.zeros(DType.F32, 1, 9), io.load("in.up.2"));
    refused(
        () ->
            merged(
                List.of(new Term(modules.get(0), 1), new Term(wider, 1)),
                MergeConfig.of(MergeKind.KNOTS),
                0),
        "inputs of encoder.layer.0.attention.self.query in module m3 must be as many as in the"
            + " first module, 7, got 9");
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
