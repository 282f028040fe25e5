package io.haori.benchmarks.speed;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A method with its own module, head and optimizer on a shared base, whose steps are timed.
 *
 * @param backbone shared, not closed here
 * @param pooling what the head reads
 */
record Contender(
    Backbone backbone, Pooling pooling, AdapterModule module, Parameter head, AdamW optimizer)
    implements AutoCloseable {
  /**
   * One that has learnt nothing.
   *
   * @param classes of its head
   */
  static Contender of(
      AdapterMethod method,
      Backbone backbone,
      Pooling pooling,
      int classes,
      SplittableRandom random) {
    AdapterModule module = AdapterModule.create("bench", method, backbone, random);
    Parameter head =
        new Parameter("classifier.weight", Tensors.normal(random, 0.02, classes, backbone.width()));
    List<Parameter> parameters =
        new ArrayList<>(module.parameters().stream().map(TrainedParameter::parameter).toList());
    parameters.add(head);
    return new Contender(
        backbone,
        pooling,
        module,
        head,
        new AdamW(AdamWConfig.DEFAULT, List.of(ParameterGroup.of("all", parameters))));
  }

  /**
   * Forward, backward and optimizer.
   *
   * @param rows makes the batch, which is closed
   * @param labels {@code [n, 1]} their classes
   * @param dtype of the activations
   * @param step for the seed of what is random
   */
  void step(Supplier<TextBatch> rows, Tensor labels, DType dtype, int step) {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(dtype, step);
        TextBatch batch = rows.get()) {
      Variable pooled = pooling.apply(tape, backbone, batch, module, false);
      Variable loss =
          Differentiated.apply(
              tape,
              List.of(pooled),
              List.of(head),
              in ->
                  in.get(0)
                      .to(DType.F32)
                      .matmul(in.get(1).t())
                      .logSoftmax()
                      .gather(1, labels)
                      .mean()
                      .mul(-1));
      tape.backward(loss);
      optimizer.step(1e-4);
      optimizer.zeroGradients();
      loss.value().item();
    }
  }

  @Override
  public void close() {
    optimizer.close();
    head.close();
    module.close();
  }
}
