package io.haori.inference.live;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Adds a ramp to every layer's output, records when it is asked, and counts how often it is freed.
 */
final class FakeModule {
  final AtomicInteger freed = new AtomicInteger();
  private final double step;
  private final Runnable whenAsked;
  private final Method method;

  FakeModule(String method, double step, boolean additive, Runnable whenAsked) {
    this.method = new Method(method, additive);
    this.step = step;
    this.whenAsked = whenAsked;
  }

  FakeModule(double step) {
    this("fake", step, true, () -> {});
  }

  LivePart part(TextBase base, String name) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    for (Slot slot : base.backbone().slots()) {
      layers.put(slot.name(), new Layer(slot.outputs()));
    }
    return LivePart.of(new AdapterModule(name, method, layers));
  }

  private final class Layer implements AdaptedLinear {
    private final int outputs;
    private boolean closed;

    Layer(int outputs) {
      this.outputs = outputs;
    }

    @Override
    public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
      if (closed) {
        throw new AssertionError("used after it was freed");
      }
      whenAsked.run();
      float[] ramp = new float[outputs];
      for (int i = 0; i < outputs; i++) {
        ramp[i] = (float) (step * Math.sin(i));
      }
      Tensor ours = rows.of(y.value()).narrow(1, column, outputs);
      ours.addInPlace(Tensors.of(ramp, outputs).to(tape.dtype()));
      return y;
    }

    @Override
    public List<TrainedParameter> parameters() {
      return List.of();
    }

    @Override
    public Map<String, Tensor> tensors() {
      return Map.of();
    }

    @Override
    public Tensor merged(Tensor weight) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        freed.incrementAndGet();
      } else {
        throw new AssertionError("freed twice");
      }
    }
  }

  private record Method(String name, boolean addsToOutput) implements AdapterMethod {
    @Override
    public List<Slot> slots(List<Slot> available) {
      return available;
    }

    @Override
    public AdaptedLinear attach(Slot slot, RandomGenerator random) {
      throw new UnsupportedOperationException();
    }

    @Override
    public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
      throw new UnsupportedOperationException();
    }
  }
}
