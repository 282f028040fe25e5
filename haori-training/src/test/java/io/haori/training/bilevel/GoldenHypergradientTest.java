package io.haori.training.bilevel;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.MixedDerivative;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.optim.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The upper level's gradient against that of the reference, on a tiny random model. */
class GoldenHypergradientTest {
  private static final double RATE = 0.1;
  private static final Set<String> UPPER = Set.of("lora_magnitude_vector");

  @TempDir Path temporary;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Weights io;
  private GoldenTask task;

  @BeforeEach
  void open() {
    Path folder = Golden.copy("bidora", temporary);
    Path base = Golden.copy("models/bert-classification", temporary);
    io = opened(SafetensorsFile.open(folder.resolve("io.safetensors")));
    try (Scope scope = Scope.open();
        Weights weights = SafetensorsFile.open(base.resolve("model.safetensors"))) {
      ModelConfig config = FamilyCatalogue.read(base.resolve("config.json"));
      Backbone backbone = opened(FamilyCatalogue.build(config, weights, DType.F32));
      PeftAdapter adapter = opened(PeftFolder.read(folder, backbone));
      AdapterModule module = opened(throughTheNorm(adapter.module(), backbone));
      List<Parameter> head =
          List.of(
              opened(new Parameter("weight", weights.load("classifier.weight"))),
              opened(new Parameter("bias", weights.load("classifier.bias"))));
      task = opened(new GoldenTask(backbone, module, head, io));
    }
  }

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T thing) {
    opened.add(thing);
    return thing;
  }

  /** The fixture's adapter has the settings of PEFT, which leaves the norm out of the gradient. */
  private static AdapterModule throughTheNorm(AdapterModule stored, Backbone backbone) {
    AdapterMethod method =
        MethodCatalogue.create(
            "bidora", Map.of("rank", "4", "alpha", "8", "targets", "query,value"));
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    backbone.slots().stream()
        .filter(slot -> stored.layers().containsKey(slot.name()))
        .forEach(
            slot -> {
              AdaptedLinear layer = stored.layers().get(slot.name());
              layers.put(slot.name(), method.restore(slot, layer.tensors()));
            });
    return new AdapterModule("golden", method, layers);
  }

  /** The fixture's two batches as the only ones of the two parts. */
  private static final class GoldenTask implements BiLevelTask, AutoCloseable {
    final List<Parameter> lower = new ArrayList<>();
    final List<Parameter> upper = new ArrayList<>();
    final Map<Part, Double> losses = new LinkedHashMap<>();
    private final Backbone backbone;
    private final AdapterModule module;
    private final List<Parameter> head;
    private final Map<Part, TextBatch> texts;
    private final Map<Part, long[]> labels;

    GoldenTask(Backbone backbone, AdapterModule module, List<Parameter> head, Weights io) {
      this.backbone = backbone;
      this.module = module;
      this.head = head;
      texts = Map.of(Part.INNER, batch(io, "in.train."), Part.OUTER, batch(io, "in.val."));
      labels =
          Map.of(
              Part.INNER,
              io.load("in.train.labels").toLongs(),
              Part.OUTER,
              io.load("in.val.labels").toLongs());
      for (TrainedParameter trained : module.parameters()) {
        boolean above = trained.parameter().name().endsWith(".lora_magnitude_vector");
        (above ? upper : lower).add(trained.parameter());
      }
      lower.addAll(head);
    }

    private static TextBatch batch(Weights io, String prefix) {
      Tensor ids = io.load(prefix + "input_ids");
      int length = (int) ids.size(1);
      int[] lengths = new int[(int) ids.size(0)];
      long[] mask = io.load(prefix + "attention_mask").toLongs();
      for (int i = 0; i < mask.length; i++) {
        lengths[i / length] += (int) mask[i];
      }
      return new TextBatch(ids.toLongs(), new long[mask.length], lengths, length);
    }

    private Variable loss(Tape tape, Part part) {
      TextBatch batch = texts.get(part);
      Variable pooled = Pooling.CLS.apply(tape, backbone, batch, module, false);
      long[] classes = labels.get(part);
      return Differentiated.apply(
          tape,
          List.of(pooled),
          head,
          in ->
              in.get(0)
                  .matmul(in.get(1).t())
                  .add(in.get(2))
                  .logSoftmax()
                  .gather(1, Tensors.of(classes, classes.length, 1))
                  .mean()
                  .mul(-1));
    }

    @Override
    public List<ParameterGroup> lowerGroups() {
      return List.of(ParameterGroup.of("lower", lower));
    }

    @Override
    public List<Parameter> upper() {
      return upper;
    }

    @Override
    public int batches(Part part, int epoch) {
      return 1;
    }

    @Override
    public int tokens(Part part, int epoch, int batch) {
      return 1;
    }

    @Override
    public int rows(Part part, int epoch, int batch) {
      return 1;
    }

    @Override
    public double lossAndGradients(Part part, int epoch, int batch, double lossFactor) {
      try (Tape tape = Tape.recording(DType.F32, 1)) {
        Variable loss = loss(tape, part);
        losses.put(part, loss.value().item());
        loss.accumulate(Tensors.full(lossFactor, DType.F32, loss.value().shape()));
        tape.backwardFromGradients();
        return losses.get(part);
      }
    }

    @Override
    public void preciseGradients(int epoch, int batch, double lossFactor) {
      lossAndGradients(Part.INNER, epoch, batch, lossFactor);
    }

    @Override
    public List<Tensor> mixedDerivative(
        int epoch, int batch, List<Parameter> below, List<Tensor> direction) {
      try (Tape tape = Tape.twice(DType.F32, 1)) {
        return MixedDerivative.of(tape, loss(tape, Part.INNER), below, direction, upper);
      }
    }

    @Override
    public StepRule rule() {
      return StepRule.NONE;
    }

    @Override
    public Map<String, Double> validate() {
      return Map.of();
    }

    @Override
    public void close() {
      texts.values().forEach(TextBatch::close);
    }
  }

  private List<Tensor> hypergradient(Hypergradient kind) {
    LoopConfig config =
        LoopConfig.DEFAULT
            .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
            .withOptimizer(new AdamWConfig(RATE, 0.9, 0.999, 1e-8, 0));
    BiLevel levels = new BiLevel(UPPER, 0.5, 1, kind, 1, 1, 1, LastStart.CONTINUED);
    try (UpperLevel level = new UpperLevel(config, task, levels, task.lower, phase -> {})) {
      task.lower.forEach(parameter -> parameter.gradient().zeroInPlace());
      level.willStepAfter(0, 0, 1);
      task.lossAndGradients(Part.INNER, 0, 0, 1);
      List<Tensor> gradients =
          task.lower.stream().map(parameter -> parameter.gradient().copy()).toList();
      List<Tensor> values = task.lower.stream().map(parameter -> parameter.value().copy()).toList();
      List<Tensor> result = level.hypergradient(1, RATE);
      for (int i = 0; i < task.lower.size(); i++) {
        Parameter parameter = task.lower.get(i);
        assertThat(parameter.value().equalTo(values.get(i))).as(parameter.name()).isTrue();
        assertThat(parameter.gradient().equalTo(gradients.get(i))).as(parameter.name()).isTrue();
      }
      return result;
    }
  }

  private Tensor reference(String kind, int parameter) {
    String name = task.upper.get(parameter).name().replace("lora_magnitude_vector", "magnitude");
    return io.load("hyper." + kind + ".bert." + name);
  }

  /** How far one is from the exact reference, over all parameters, as a share of its length. */
  private double distance(List<Tensor> found) {
    double square = 0;
    double whole = 0;
    for (int i = 0; i < found.size(); i++) {
      Tensor exact = reference("exact", i);
      square += found.get(i).sub(exact).square().sum().item();
      whole += exact.square().sum().item();
    }
    return Math.sqrt(square / whole);
  }

  @Test
  void theExactHypergradientIsThatOfTheReference() {
    try (Scope scope = Scope.open()) {
      List<Tensor> exact = hypergradient(Hypergradient.EXACT);
      assertThat(exact).hasSize(4);
      for (int i = 0; i < exact.size(); i++) {
        assertClose(task.upper.get(i).name(), exact.get(i), reference("exact", i), 1e-4, 0);
      }
      assertThat(distance(exact)).isLessThan(1e-4);
      double loss = io.load("out.val_loss").item();
      assertThat(task.losses.get(Part.OUTER))
          .isCloseTo(loss, org.assertj.core.api.Assertions.within(1e-5));
    }
  }

  @Test
  void centralDifferencesComeWithinAThousandthOfTheExactOne() {
    try (Scope scope = Scope.open()) {
      List<Tensor> finite = hypergradient(Hypergradient.FINITE);
      assertThat(distance(finite)).isLessThan(1e-3);
      for (int i = 0; i < finite.size(); i++) {
        assertClose(task.upper.get(i).name(), finite.get(i), reference("finite", i), 1e-3, 0);
      }
    }
  }

  @Test
  void theDirectTermAloneIsFarFromBoth() {
    try (Scope scope = Scope.open()) {
      List<Tensor> direct = new ArrayList<>();
      for (int i = 0; i < task.upper.size(); i++) {
        direct.add(reference("direct", i));
      }
      assertThat(distance(direct)).isBetween(0.40, 0.46);
      List<Tensor> finite = hypergradient(Hypergradient.FINITE);
      List<Tensor> exact = hypergradient(Hypergradient.EXACT);
      for (List<Tensor> ours : List.of(finite, exact)) {
        double square = 0;
        double whole = 0;
        for (int i = 0; i < ours.size(); i++) {
          square += ours.get(i).sub(direct.get(i)).square().sum().item();
          whole += direct.get(i).square().sum().item();
        }
        assertThat(Math.sqrt(square / whole)).isGreaterThan(0.3);
      }
    }
  }
}
