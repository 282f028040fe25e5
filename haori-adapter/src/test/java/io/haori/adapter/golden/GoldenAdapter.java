package io.haori.adapter.golden;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.quant.BasePrecision;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a golden adapter folder promises, whatever its method. */
public final class GoldenAdapter {
  /** A gradient that may be nothing but rounding. */
  private static final double NOISE = 1e-7;

  private GoldenAdapter() {}

  /** Logits, loss, every gradient and one step of AdamW are those of the reference. */
  public static void assertOneStep(
      String name, String base, boolean checkpointing, Path temporary) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        GoldenModel model = GoldenModel.open(base, temporary);
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
      assertOneStep(io, model, adapter.module(), trained(model, adapter), checkpointing);
    }
  }

  /**
   * The same for a module that is there already.
   *
   * @param io the golden numbers
   * @param model the base with its head
   * @param module sits on the base
   * @param trained all that is trained, by the reference's names
   * @param checkpointing whether layers are computed again for their gradients
   */
  public static void assertOneStep(
      Weights io,
      GoldenModel model,
      AdapterModule module,
      Map<String, Parameter> trained,
      boolean checkpointing) {
    try (TextBatch batch = GoldenModel.batch(io);
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable logits = model.logits(tape, batch, module, checkpointing);
      assertClose("logits", logits.value(), ofTokens(batch, io.load("out.logits")), 1e-5, 1e-6);
      long[] labels = model.labels(batch, ofTokens(batch, io.load("in.labels")).toLongs());
      Variable loss = GoldenModel.loss(tape, logits, labels);
      assertClose("loss", loss.value().view(1), io.load("out.loss"), 1e-5, 1e-6);

      tape.backward(loss);
      assertThat(io.names().stream().filter(n -> n.startsWith("grad.")))
          .containsExactlyInAnyOrderElementsOf(
              trained.keySet().stream().map(n -> "grad." + n).toList());
      trained.forEach(
          (reference, parameter) -> {
            Tensor gradient = io.load("grad." + reference);
            assertClose("gradient of " + reference, parameter.gradient(), gradient, 1e-4, NOISE);
            Tensor step = io.load("step." + reference);
            assertClose("step of " + reference, afterAdamW(parameter, gradient), step, 1e-5, 1e-6);
          });
    }
  }

  /**
   * How far gradients are from others: the length of the difference over the others' length.
   *
   * @param whole of all gradients as one vector
   * @param worst of the one parameter whose gradient is furthest
   */
  public record Distance(double whole, double worst) {}

  /**
   * How far the gradients of an adapter and a head are on a base in fewer bits.
   *
   * @param fromReference from the reference's, whose base is in fp32
   * @param fromDense from those on a base in fp32 that holds the rounded numbers
   */
  public record QuantisedGradients(Distance fromReference, Distance fromDense) {}

  /** The gradients of a golden adapter on a base that is kept in fewer bits. */
  public static QuantisedGradients quantised(
      String name, String base, BasePrecision precision, Path temporary) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    Path baseFolder = Golden.copy("models/" + base, temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        TextBatch batch = GoldenModel.batch(io);
        GoldenModel model = GoldenModel.open(base, precision, batch, temporary);
        Weights stored = SafetensorsFile.open(baseFolder.resolve("model.safetensors"));
        Weights rounded = ReplacedWeights.rounded(stored, model.backbone());
        GoldenModel dense =
            GoldenModel.open(FamilyCatalogue.read(baseFolder.resolve("config.json")), rounded)) {
      Map<String, Tensor> reference = new LinkedHashMap<>();
      io.names().stream()
          .filter(one -> one.startsWith("grad."))
          .forEach(one -> reference.put(one.substring("grad.".length()), io.load(one)));
      Map<String, Tensor> got = gradients(folder, io, batch, model);
      return new QuantisedGradients(
          distance(got, reference), distance(got, gradients(folder, io, batch, dense)));
    }
  }

  /** By the reference's names. */
  private static Map<String, Tensor> gradients(
      Path folder, Weights io, TextBatch batch, GoldenModel model) {
    try (PeftAdapter adapter = PeftFolder.read(folder, model.backbone());
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable logits = model.logits(tape, batch, adapter.module(), false);
      long[] labels = model.labels(batch, ofTokens(batch, io.load("in.labels")).toLongs());
      tape.backward(GoldenModel.loss(tape, logits, labels));
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      trained(model, adapter)
          .forEach((one, parameter) -> gradients.put(one, parameter.gradient().copy()));
      return gradients;
    }
  }

  private static Distance distance(Map<String, Tensor> got, Map<String, Tensor> wanted) {
    assertThat(got.keySet()).containsExactlyInAnyOrderElementsOf(wanted.keySet());
    double squares = 0;
    double size = 0;
    double worst = 0;
    for (Map.Entry<String, Tensor> one : wanted.entrySet()) {
      double apart = got.get(one.getKey()).sub(one.getValue()).square().sum().item();
      double own = one.getValue().square().sum().item();
      squares += apart;
      size += own;
      worst = Math.max(worst, Math.sqrt(apart / own));
    }
    return new Distance(Math.sqrt(squares / size), worst);
  }

  /** The base with the adapter merged into it gives the logits of the reference. */
  public static void assertMerged(String name, String base, Path temporary) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    Path baseFolder = Golden.copy("models/" + base, temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        GoldenModel frozen = GoldenModel.open(base, temporary);
        PeftAdapter adapter = PeftFolder.read(folder, frozen.backbone());
        Weights stored = SafetensorsFile.open(baseFolder.resolve("model.safetensors"));
        Weights merged =
            ReplacedWeights.merged(
                stored, adapter.module(), frozen.backbone().config().transformers());
        GoldenModel model =
            GoldenModel.open(FamilyCatalogue.read(baseFolder.resolve("config.json")), merged);
        TextBatch batch = GoldenModel.batch(io)) {
      Tape tape = Tape.inference(DType.F32);
      Variable logits = model.logits(tape, batch, Adaptation.NONE, false);
      Tensor expected = ofTokens(batch, io.load("out.merged_logits"));
      assertClose("logits", logits.value(), expected, 1e-5, 1e-6);
    }
  }

  /** A masked LM answers for every token, other models for every text. */
  private static Tensor ofTokens(TextBatch batch, Tensor golden) {
    boolean places = golden.shape().length > 1 && golden.size(1) == batch.length();
    return places ? GoldenModel.tokens(batch, golden) : golden;
  }

  /** By the reference's names. */
  private static Map<String, Parameter> trained(GoldenModel model, PeftAdapter adapter) {
    String wrapper = "base_model.model.";
    Map<String, Parameter> trained = new LinkedHashMap<>();
    for (TrainedParameter part : adapter.module().parameters()) {
      String name = wrapper + adapter.settings().modelPrefix() + part.parameter().name();
      String reference =
          name.replaceFirst("(lora_[AB])", "$1.default")
              .replaceFirst("(lora_magnitude_vector)", "$1.default.weight");
      trained.put(reference, part.parameter());
    }
    model
        .head()
        .forEach(
            (name, parameter) ->
                trained.put(
                    wrapper + name.replaceFirst("classifier", "classifier.modules_to_save.default"),
                    parameter));
    return trained;
  }

  /**
   * The first step of AdamW: both moments are those of one gradient, bias-corrected. It goes as far
   * for a gradient of 1e-7 as for one of 1, so a gradient that is only rounding is taken from the
   * reference.
   */
  private static Tensor afterAdamW(Parameter parameter, Tensor expected) {
    float[] own = parameter.gradient().toFloats();
    float[] reference = expected.toFloats();
    for (int i = 0; i < own.length; i++) {
      own[i] = Math.abs(reference[i]) <= NOISE ? reference[i] : own[i];
    }
    Tensor gradient = Tensors.of(own, parameter.value().shape());
    Tensor move = gradient.div(gradient.abs().add(1e-8));
    return parameter.value().mul(1 - 1e-3 * 0.01).addScaled(move, -1e-3);
  }
}
