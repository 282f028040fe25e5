package io.haori.inference.model;

import io.haori.tensor.Tensor;
import java.util.Map;

/**
 * A layer between the pooled vector and a head: {@code f(v Wᵀ + b)}. It is what the sequence
 * classifiers of RoBERTa and DistilBERT have in their heads, and what a pooler is that was trained
 * with the head. It is not trained here. Owns its tensors.
 *
 * @param activation f
 * @param weight F32 {@code [width, width]}
 * @param bias F32 {@code [width]}
 */
public record Projection(Activation activation, Tensor weight, Tensor bias)
    implements AutoCloseable {
  /** What follows the linear layer; the name among a head's tensors says which it is. */
  public enum Activation {
    /** RoBERTa's, and that of poolers. */
    TANH("projection"),
    /** DistilBERT's. */
    RELU("projection.relu");

    private final String name;

    Activation(String name) {
      this.name = name;
    }

    /** Name of the layer among a head's tensors. */
    public String layer() {
      return name;
    }

    /** Name of the weight among a head's tensors. */
    String weight() {
      return name + ".weight";
    }

    /** Name of the bias among a head's tensors. */
    String bias() {
      return name + ".bias";
    }
  }

  /** Keeps the tensors beyond the scope that they were made in. */
  public Projection {
    weight.retain();
    bias.retain();
  }

  /** {@code [rows, width]} to {@code [rows, width]}. */
  Tensor apply(Tensor vectors) {
    Tensor linear = vectors.matmul(weight.t()).add(bias);
    return switch (activation) {
      case TANH -> linear.tanh();
      case RELU -> linear.atLeast(0);
    };
  }

  /** Puts both tensors into a head's under their names. */
  void putInto(Map<String, Tensor> tensors) {
    tensors.put(activation.weight(), weight);
    tensors.put(activation.bias(), bias);
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
