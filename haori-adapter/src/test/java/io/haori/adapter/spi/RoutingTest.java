package io.haori.adapter.spi;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules side by side in one batch compute what each computes alone. */
class RoutingTest {
  private static final int LENGTH = 6;

  @TempDir Path temporary;

  @Test
  void rowsFollowTheOrderOfTheModules() {
    Routing routing = Routing.ofLength(List.of(2, 0, 3), LENGTH);
    assertThat(routing.vectors()).isEqualTo(5);
    assertThat(routing.ranges(5L * LENGTH))
        .containsExactly(new RowRange(0, 12), new RowRange(12, 0), new RowRange(12, 18));
    assertThat(routing.ranges(5))
        .containsExactly(new RowRange(0, 2), new RowRange(2, 0), new RowRange(2, 3));
    assertThat(new Routing(List.of(4, 4), List.of(9L, 8L)).ranges(17))
        .containsExactly(new RowRange(0, 9), new RowRange(9, 8));
  }

  @Test
  void countsThatDoNotFitAreAFaultOfTheProgram() {
    assertThatThrownBy(() -> Routing.ofLength(List.of(2, 1), LENGTH).ranges(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("10 rows of a matrix for 18 tokens of 3 vectors");
    assertThatThrownBy(() -> new Routing(List.of(2), List.of(1L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 tokens for 2 vectors");
    assertThatThrownBy(() -> new Routing(List.of(2), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[2] and []");
  }

  @Test
  void asManyModulesAsGroupsAreWanted() {
    assertThatThrownBy(
            () -> AdapterModule.routed(List.of(), Routing.ofLength(List.of(4, 4), LENGTH)))
        .isInstanceOf(UserError.class)
        .hasMessage("routing must name as many modules as there are, 0, got 2");
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 'query,value'", "1, 3, 'query,value'", "2, 2, key", "4, 0, 'query,value'"})
  void aRoutedBatchComputesWhatEachModuleComputesAlone(
      int firstRows, int secondRows, String secondTargets) {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule first = module(model, "first", "query,value", 1);
        AdapterModule second = module(model, "second", secondTargets, 2)) {
      List<AdapterModule> modules = List.of(first, second);
      Routing routing = Routing.ofLength(List.of(firstRows, secondRows), LENGTH);
      Tensor together =
          run(model, batch(0, firstRows + secondRows), AdapterModule.routed(modules, routing));
      Map<String, Tensor> gradients = takeGradients(modules);

      List<Tensor> apart = new ArrayList<>();
      apart.add(run(model, batch(0, firstRows), first));
      if (secondRows > 0) {
        apart.add(run(model, batch(firstRows, secondRows), second));
      }
      assertClose("hidden", together, Tensors.cat(apart, 0), 1e-5, 1e-6);
      takeGradients(modules)
          .forEach(
              (name, gradient) -> assertClose(name, gradients.get(name), gradient, 1e-4, 1e-6));
    }
  }

  @Test
  void wantedTokensAloneAreWhatTheyAreAmongAll() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule first = module(model, "first", "all-linear", 1);
        AdapterModule second = module(model, "second", "all-linear", 2)) {
      List<AdapterModule> modules = List.of(first, second);
      Tensor places = Tensors.of(new long[] {1, 3, 4, 13, 17, 22}, 6);
      Routing routing = new Routing(List.of(3, 3), List.of(2L * LENGTH, 2L * LENGTH));
      Adaptation adaptation = AdapterModule.routed(modules, routing);
      Tensor among =
          run(
              batch(0, 4),
              (tape, batch) ->
                  SelectRows.apply(
                      tape, model.backbone().hidden(tape, batch, adaptation, false), places));
      Map<String, Tensor> gradients = takeGradients(modules);
      for (boolean checkpointing : new boolean[] {false, true}) {
        Tensor alone =
            run(
                batch(0, 4),
                (tape, batch) ->
                    model
                        .backbone()
                        .hiddenAt(
                            tape, batch, places, adaptation, checkpointing, HiddenDropout.NONE));
        assertClose("hidden", alone, among, 1e-5, 1e-6);
        takeGradients(modules)
            .forEach(
                (name, gradient) -> assertClose(name, gradient, gradients.get(name), 1e-4, 1e-6));
      }
    }
  }

  private static AdapterModule module(GoldenModel model, String name, String targets, long seed) {
    LoraConfig config = LoraConfig.DEFAULT.withRank(2, 4).withTargets(Targets.parse(targets));
    Random random = new Random(seed);
    AdapterModule module =
        AdapterModule.create(name, new LoraMethod(config), model.backbone(), random);
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.3, value.shape()));
    }
    return module;
  }

  private static TextBatch batch(int firstRow, int rows) {
    long[] ids = new Random(7).longs(4L * LENGTH, 5, 96).toArray();
    long[] ours = Arrays.copyOfRange(ids, firstRow * LENGTH, (firstRow + rows) * LENGTH);
    int[] lengths = new int[rows];
    Arrays.fill(lengths, LENGTH);
    return new TextBatch(ours, new long[ours.length], lengths, LENGTH);
  }

  /** A pass forward and backward from fixed gradients of each token's state. */
  private static Tensor run(GoldenModel model, TextBatch batch, Adaptation adaptation) {
    return run(batch, (tape, texts) -> model.backbone().hidden(tape, texts, adaptation, false));
  }

  private static Tensor run(TextBatch batch, BiFunction<Tape, TextBatch, Variable> pass) {
    try (batch;
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable hidden = pass.apply(tape, batch);
      long width = hidden.value().size(1);
      Tensor one = Tensors.normal(new Random(3), 1, 1, width);
      hidden.accumulate(one.expand(hidden.value().shape()).contiguous());
      tape.backwardFromGradients();
      return hidden.value();
    }
  }

  private static Map<String, Tensor> takeGradients(List<AdapterModule> modules) {
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    for (AdapterModule module : modules) {
      for (TrainedParameter part : module.parameters()) {
        Tensor gradient = part.parameter().gradient();
        gradients.put(module.name() + " " + part.parameter().name(), gradient.copy());
        gradient.zeroInPlace();
      }
    }
    return gradients;
  }
}
