package io.haori.benchmarks.speed;

import io.haori.core.weights.DType;
import io.haori.model.family.bert.BertConfig;
import io.haori.model.weights.Weights;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Random weights of a BERT shape: the cost of a step does not depend on their values. */
final class RandomWeights implements Weights {
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private long seed;

  RandomWeights(BertConfig config) {
    long h = config.hiddenSize();
    long f = config.intermediateSize();
    shapes.put("embeddings.word_embeddings.weight", new long[] {config.vocabularySize(), h});
    shapes.put("embeddings.position_embeddings.weight", new long[] {config.maxPositions(), h});
    shapes.put("embeddings.token_type_embeddings.weight", new long[] {2, h});
    norm("embeddings.LayerNorm", h);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      linear(layer + "attention.self.query", h, h);
      linear(layer + "attention.self.key", h, h);
      linear(layer + "attention.self.value", h, h);
      linear(layer + "attention.output.dense", h, h);
      norm(layer + "attention.output.LayerNorm", h);
      linear(layer + "intermediate.dense", h, f);
      linear(layer + "output.dense", f, h);
      norm(layer + "output.LayerNorm", h);
    }
  }

  private void linear(String name, long in, long out) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }

  private void norm(String name, long width) {
    shapes.put(name + ".weight", new long[] {width});
    shapes.put(name + ".bias", new long[] {width});
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public boolean contains(String name) {
    return shapes.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    long[] shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(name);
    }
    return shape.clone();
  }

  @Override
  public DType dtype(String name) {
    return DType.F32;
  }

  @Override
  public Tensor load(String name) {
    if (name.endsWith("LayerNorm.weight")) {
      return Tensors.full(1.0, DType.F32, shape(name));
    }
    // Drawn in native memory, so that making the weights does not set the peak.
    return Tensors.bernoulli(0.5, ++seed, DType.F32, shape(name))
        .mulInPlace(0.04)
        .addInPlace(offset());
  }

  private static Tensor offset() {
    return Tensors.full(-0.02, DType.F32, 1);
  }

  @Override
  public void close() {}
}
