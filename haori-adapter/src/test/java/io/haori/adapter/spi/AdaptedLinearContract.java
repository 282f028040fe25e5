package io.haori.adapter.spi;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.MergeKind;
import io.haori.adapter.merge.ModuleMerge;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every adapter method promises; each method's test class inherits it.
 *
 * <p>The layer under test is {@code y = x Wᵀ + b} with 6 inputs and 5 outputs. It either is alone
 * or owns columns 4 to 9 of a wider product, as queries, keys and values do.
 */
public abstract class AdaptedLinearContract {
  protected static final int INPUTS = 6;
  protected static final int OUTPUTS = 5;
  private static final int ROWS = 8;
  private static final int BEFORE = 4;
  private static final int AFTER = 3;

  private Scope scope;
  private Random random;
  private Tensor x;
  private Tensor wideWeight;
  private Tensor wideBias;
  private Slot slot;
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** The method without anything random, such as dropout, that sits on {@link #slot()}. */
  protected abstract AdapterMethod method();

  /** Whether {@link AdapterMethod#grouped} has a batched form for layers of {@link #method()}. */
  protected abstract boolean hasBatchedForm();

  /**
   * Whether a new layer changes nothing yet; not so for a mix of modules that were learnt before.
   */
  protected boolean startsUnchanged() {
    return true;
  }

  /** The sentence with which the method refuses to be merged; null when it can be. */
  protected @Nullable String whyItCannotBeMerged() {
    return null;
  }

  /** A slot named {@code encoder.layer.0.attention.self.query}. */
  protected final Slot slot() {
    return slot;
  }

  protected final RandomGenerator random() {
    return random;
  }

  /** Inputs {@code [8, 6]}. */
  protected final Tensor inputs() {
    return x;
  }

  @BeforeEach
  final void makeTheFrozenLayer() {
    scope = Scope.open();
    random = new Random(11);
    x = Tensors.normal(random, 1, ROWS, INPUTS);
    wideWeight = Tensors.normal(random, 0.5, BEFORE + OUTPUTS + AFTER, INPUTS);
    wideBias = Tensors.normal(random, 0.5, BEFORE + OUTPUTS + AFTER);
    slot =
        new Slot(
            "encoder.layer.0.attention.self.query",
            0,
            opened(Weight.of("weight", wideWeight.narrow(0, BEFORE, OUTPUTS))),
            opened(Weight.of("bias", wideBias.narrow(0, BEFORE, OUTPUTS))));
  }

  @AfterEach
  final void freeEverything() throws Exception {
    for (AutoCloseable open : opened) {
      open.close();
    }
    scope.close();
  }

  protected final <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  /** A layer whose parameters were moved away from their start. */
  protected final AdaptedLinear moved(AdapterMethod method) {
    AdaptedLinear layer = opened(method.attach(slot, random));
    for (TrainedParameter part : layer.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.3, value.shape()));
    }
    return layer;
  }

  /** What one pass forward and backward gives. */
  protected record Pass(Tensor y, Tensor dx, Map<Parameter, Tensor> gradients) {}

  /** One pass with {@code loss = Σ y ⊙ c}, where c is fixed. */
  protected final Pass pass(
      SlotAdapter adapter, List<AdaptedLinear> layers, boolean wide, DType dtype, long seed) {
    layers.forEach(
        layer -> layer.parameters().forEach(p -> p.parameter().gradient().zeroInPlace()));
    try (Tape tape = Tape.recording(dtype, seed)) {
      Variable input = tape.variable(x.to(dtype), true);
      Variable y = adapted(tape, input, adapter, wide);
      y.accumulate(direction(y.value()).to(dtype));
      tape.backwardFromGradients();
      Map<Parameter, Tensor> gradients = new LinkedHashMap<>();
      for (AdaptedLinear layer : layers) {
        for (TrainedParameter part : layer.parameters()) {
          gradients.put(part.parameter(), part.parameter().gradient().copy());
        }
      }
      return new Pass(y.value(), input.requireGradient(), gradients);
    }
  }

  private Variable adapted(Tape tape, Variable input, SlotAdapter adapter, boolean wide) {
    Weight weight = wide ? opened(Weight.of("wide", wideWeight)) : slot.weight();
    Weight bias = wide ? opened(Weight.of("wide", wideBias)) : slot.bias();
    Variable y = Linear.apply(tape, input, weight, bias);
    return adapter.adapt(tape, input, y, wide ? BEFORE : 0);
  }

  private static Tensor direction(Tensor y) {
    return Tensors.normal(new Random(5), 1, y.shape());
  }

  private double loss(SlotAdapter adapter, boolean wide, long seed) {
    try (Scope inner = Scope.open();
        Tape tape = Tape.recording(DType.F32, seed)) {
      Variable y = adapted(tape, tape.constant(x), adapter, wide);
      return y.value().to(DType.F64).mul(direction(y.value())).sum().item();
    }
  }

  /** Central differences of the loss with respect to every element of a tensor. */
  private Tensor differences(Tensor value, SlotAdapter adapter, boolean wide, long seed) {
    float step = 1e-2f;
    float[] result = new float[(int) value.count()];
    var elements = value.buffer().asFloatBuffer();
    for (int i = 0; i < result.length; i++) {
      float start = elements.get(i);
      elements.put(i, start + step);
      double above = loss(adapter, wide, seed);
      elements.put(i, start - step);
      double below = loss(adapter, wide, seed);
      elements.put(i, start);
      result[i] = (float) ((above - below) / (2 * step));
    }
    return Tensors.of(result, value.shape());
  }

  /** Asserts the gradients of a layer's parameters and of its input. */
  protected final void assertGradientsAreDifferences(AdaptedLinear layer, boolean wide) {
    Pass pass = pass(layer, List.of(layer), wide, DType.F32, 3);
    pass.gradients()
        .forEach(
            (parameter, gradient) ->
                assertClose(
                    parameter.name(),
                    gradient,
                    differences(parameter.value(), layer, wide, 3),
                    2e-3,
                    1e-4));
    assertClose("dx", pass.dx(), differences(x, layer, wide, 3), 2e-3, 1e-4);
  }

  private Tensor frozenOutput() {
    return x.matmul(slot.weight().frozen().t()).add(slot.bias().frozen());
  }

  private Tensor output(SlotAdapter adapter) {
    Tape tape = Tape.inference(DType.F32);
    return adapted(tape, tape.constant(x), adapter, false).value();
  }

  @Test
  void newAdapterLeavesTheFrozenLayerUnchanged() {
    AdaptedLinear layer = opened(method().attach(slot, random));
    if (startsUnchanged()) {
      assertClose("y", output(layer), frozenOutput(), 1e-6, 1e-7);
    }
  }

  @Test
  void theSameSeedStartsTheSameLayer() {
    AdaptedLinear first = opened(method().attach(slot, new Random(1)));
    AdaptedLinear second = opened(method().attach(slot, new Random(1)));
    first
        .tensors()
        .forEach((name, tensor) -> assertThat(second.tensors().get(name).equalTo(tensor)).isTrue());
  }

  @Test
  void parametersAreNamedAfterTheirSlot() {
    AdaptedLinear layer = opened(method().attach(slot, random));
    assertThat(layer.parameters()).isNotEmpty();
    assertThat(layer.parameters())
        .allSatisfy(
            part -> {
              assertThat(part.parameter().name()).startsWith(slot.name() + ".");
              assertThat(part.learningRateFactor()).isPositive();
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientEqualsFiniteDifferences(boolean wide) {
    assertGradientsAreDifferences(moved(method()), wide);
  }

  @Test
  void gradientsOfTwoPassesAddUp() {
    AdaptedLinear layer = moved(method());
    Pass once = pass(layer, List.of(layer), false, DType.F32, 3);
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable y = adapted(tape, tape.constant(x), layer, false);
      y.accumulate(direction(y.value()));
      tape.backwardFromGradients();
    }
    once.gradients()
        .forEach(
            (parameter, gradient) ->
                assertClose(parameter.name(), parameter.gradient(), gradient.mul(2), 1e-6, 1e-7));
  }

  @Test
  void noGradientIsLeftBehindWhereNothingBelowLearns() {
    AdaptedLinear layer = moved(method());
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable y = adapted(tape, tape.constant(x), layer, false);
      y.accumulate(direction(y.value()));
      tape.backwardFromGradients();
      assertThat(y.gradient()).isNull();
      assertThat(layer.parameters())
          .anySatisfy(p -> assertThat(p.parameter().gradient().abs().sum().item()).isPositive());
    }
  }

  @Test
  void columnsOfOtherSlotsAreLeftAlone() {
    AdaptedLinear layer = moved(method());
    Tensor y = pass(layer, List.of(layer), true, DType.F32, 3).y();
    Tensor plain = x.matmul(wideWeight.t()).add(wideBias);
    assertClose("before", y.narrow(1, 0, BEFORE), plain.narrow(1, 0, BEFORE), 1e-6, 1e-7);
    int end = BEFORE + OUTPUTS;
    assertClose("after", y.narrow(1, end, AFTER), plain.narrow(1, end, AFTER), 1e-6, 1e-7);
    assertClose("between", y.narrow(1, BEFORE, OUTPUTS), output(layer), 1e-6, 1e-7);
  }

  @Test
  void frozenWeightIsTheSameAfterAStep() {
    AdaptedLinear layer = moved(method());
    byte[] weight = slot.weight().frozen().toBytes();
    byte[] bias = slot.bias().frozen().toBytes();
    Pass pass = pass(layer, List.of(layer), false, DType.F32, 3);
    pass.gradients()
        .forEach((parameter, gradient) -> parameter.value().addScaledInPlace(gradient, -0.1));
    assertThat(output(layer).equalTo(pass.y())).isFalse();
    assertThat(slot.weight().frozen().toBytes()).isEqualTo(weight);
    assertThat(slot.bias().frozen().toBytes()).isEqualTo(bias);
  }

  @Test
  void saveAndLoadGiveIdenticalOutput() {
    AdaptedLinear layer = moved(method());
    Map<String, Tensor> stored = new LinkedHashMap<>();
    layer.tensors().forEach((name, tensor) -> stored.put(name, tensor.copy()));
    AdaptedLinear loaded = opened(method().restore(slot, stored));
    Tensor expected = output(layer);
    assertThat(output(loaded).equalTo(expected)).isTrue();
    // What was loaded is the layer's own.
    stored.values().forEach(Tensor::zeroInPlace);
    assertThat(output(loaded).equalTo(expected)).isTrue();
  }

  @Test
  void mergedWeightComputesWhatTheAdaptedLayerComputes() {
    AdaptedLinear layer = moved(method());
    String obstacle = whyItCannotBeMerged();
    if (obstacle != null) {
      assertThatThrownBy(() -> layer.merged(slot.weight().frozen()))
          .isInstanceOf(UserError.class)
          .hasMessage(obstacle);
      return;
    }
    Tensor merged = layer.merged(slot.weight().frozen());
    Tensor expected = x.matmul(merged.t()).add(slot.bias().frozen());
    assertClose("y", output(layer), expected, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @EnumSource(MergeKind.class)
  void oneModuleMergedAloneWithWeightOneIsThatModule(MergeKind kind) {
    assertAloneIsItself(method(), kind);
  }

  /** Whatever the kind of merge and what it keeps, nothing is lost of a module that is alone. */
  protected final void assertAloneIsItself(AdapterMethod method, MergeKind kind) {
    AdaptedLinear layer = moved(method);
    // The layer is closed by itself.
    AdapterModule module = new AdapterModule("one", method, Map.of(slot.name(), layer));
    String obstacle = whyItCannotBeMerged();
    if (obstacle != null) {
      assertThatThrownBy(() -> ModuleMerge.converted("c", module, List.of(slot)))
          .isInstanceOf(UserError.class)
          .hasMessage(obstacle);
      return;
    }
    boolean adds = method.addsToOutput() && layer instanceof LowRankUpdate;
    AdapterModule summand =
        adds ? module : opened(ModuleMerge.converted("c", module, List.of(slot)));
    ModuleMerge.Merged merged =
        ModuleMerge.of(
            "merged",
            List.of(new ModuleMerge.Term(summand, 1)),
            MergeConfig.of(kind),
            OptionalInt.empty());
    AdaptedLinear alone = opened(merged.module()).layers().get(slot.name());
    Tensor frozen = slot.weight().frozen();
    assertClose("merged", alone.merged(frozen), layer.merged(frozen), 1e-6, 1e-7);
    assertClose("y", output(alone), output(layer), 1e-5, 1e-6);
    assertThat(merged.energyLost()).isZero();
  }

  @Test
  void routedRowsComputeWhatSeparatePassesCompute() {
    AdaptedLinear first = moved(method());
    AdaptedLinear second = moved(method());
    RowRange firstRows = new RowRange(0, 3);
    RowRange secondRows = new RowRange(3, ROWS - 3);
    SlotAdapter routed =
        (tape, input, y, column) ->
            second.adapt(
                tape, input, first.adapt(tape, input, y, column, firstRows), column, secondRows);
    for (boolean wide : new boolean[] {false, true}) {
      Pass both = pass(routed, List.of(first, second), wide, DType.F32, 3);
      Map<AdaptedLinear, RowRange> parts = new LinkedHashMap<>();
      parts.put(first, firstRows);
      parts.put(second, secondRows);
      parts.forEach((layer, rows) -> assertRows(both, layer, rows, wide));
    }
  }

  /** Compares some rows of a pass with a pass over these rows alone. */
  private void assertRows(Pass whole, AdaptedLinear layer, RowRange rows, boolean wide) {
    layer.parameters().forEach(part -> part.parameter().gradient().zeroInPlace());
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable input = tape.variable(rows.of(x).copy(), true);
      Variable y = adapted(tape, input, layer, wide);
      y.accumulate(rows.of(direction(whole.y())));
      tape.backwardFromGradients();
      assertClose("y", rows.of(whole.y()), y.value(), 1e-6, 1e-7);
      assertClose("dx", rows.of(whole.dx()), input.requireGradient(), 1e-5, 1e-7);
      for (TrainedParameter part : layer.parameters()) {
        Parameter parameter = part.parameter();
        assertClose(
            parameter.name(), whole.gradients().get(parameter), parameter.gradient(), 1e-5, 1e-7);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 4", "true, 4", "false, 1", "true, 1"})
  void groupsComputeWhatSegmentsCompute(boolean wide, int first) {
    List<AdaptedLinear> layers = List.of(moved(method()), moved(method()));
    Routing routing = Routing.ofLength(List.of(first, ROWS - first), 1);
    SlotAdapter grouped = method().grouped(layers, routing);
    assertThat(grouped != null).isEqualTo(hasBatchedForm());
    assumeTrue(grouped != null, "without a joint form there is nothing to compare");
    SlotAdapter segments =
        (tape, input, y, column) -> {
          layers.get(0).adapt(tape, input, y, column, new RowRange(0, first));
          return layers.get(1).adapt(tape, input, y, column, new RowRange(first, ROWS - first));
        };
    Pass expected = pass(segments, layers, wide, DType.F32, 3);
    Pass actual = pass(grouped, layers, wide, DType.F32, 3);
    assertClose("y", actual.y(), expected.y(), 1e-6, 1e-7);
    assertClose("dx", actual.dx(), expected.dx(), 1e-5, 1e-7);
    expected
        .gradients()
        .forEach(
            (parameter, gradient) ->
                assertClose(
                    parameter.name(), actual.gradients().get(parameter), gradient, 1e-5, 1e-7));
  }

  @Test
  void aFrozenLayerComputesTheSameAndPassesTheGradientOn() {
    AdaptedLinear layer = moved(method());
    Pass learning = pass(layer, List.of(layer), true, DType.F32, 3);
    layer.freeze();
    assertThat(layer.parameters())
        .noneSatisfy(part -> assertThat(part.parameter().trainable()).isTrue());
    Pass frozen = pass(layer, List.of(), true, DType.F32, 3);
    assertThat(frozen.y().equalTo(learning.y())).isTrue();
    assertClose("dx", frozen.dx(), learning.dx(), 1e-6, 1e-7);
  }

  @Test
  void lowPrecisionComputesTheSameRoughly() {
    AdaptedLinear layer = moved(method());
    Pass exact = pass(layer, List.of(layer), true, DType.F32, 3);
    Pass rough = pass(layer, List.of(layer), true, DType.BF16, 3);
    assertThat(rough.y().dtype()).isEqualTo(DType.BF16);
    assertClose("y", rough.y(), exact.y(), 0.02, 0);
    assertClose("dx", rough.dx(), exact.dx(), 0.02, 0);
    exact
        .gradients()
        .forEach(
            (parameter, gradient) ->
                assertClose(parameter.name(), rough.gradients().get(parameter), gradient, 0.03, 0));
  }
}
