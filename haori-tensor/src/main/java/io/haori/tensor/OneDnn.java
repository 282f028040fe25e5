package io.haori.tensor;

import io.haori.core.weights.DType;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Operators of libtorch that the generated Java interface leaves out, called through the
 * dispatcher. But for {@link WeightOnly} nothing else in the project does so.
 *
 * <p>Why the linear product is among them: {@code linear} in fp32 goes to MKL, which takes its AVX2
 * path on processors of other makers; oneDNN uses AVX-512 wherever it is present (12 ms against 28
 * ms for {@code [4096, 384] × [384, 1536]} on two cores of an AMD EPYC 9005). In bf16 {@code
 * linear} goes to oneDNN anyway.
 */
final class OneDnn {
  private static final OneDnn INSTANCE = new OneDnn();

  private final OperatorHandle linear = find("mkldnn::_linear_pointwise");
  private final OperatorHandle softmaxBackward = find("aten::_softmax_backward_data");
  private final OperatorHandle attention =
      find("aten::_scaled_dot_product_flash_attention_for_cpu");
  private final OperatorHandle attentionBackward =
      find("aten::_scaled_dot_product_flash_attention_for_cpu_backward");
  private final IValue noScalars = emptyScalarList();
  private final boolean hasBf16 = multiplies(DType.BF16);

  private OneDnn() {}

  static OneDnn instance() {
    return INSTANCE;
  }

  /** Whether its products are there for BF16: it has none for processors without AVX-512. */
  boolean hasBf16() {
    return hasBf16;
  }

  private boolean multiplies(DType dtype) {
    try (Scope scope = Scope.open()) {
      linear(Tensors.full(1, dtype, 8, 8), Tensors.full(1, dtype, 8, 8), null);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** {@code x wᵀ + b} for 2-D CPU tensors. */
  Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    IValue empty = new IValue();
    IValueVector stack =
        new IValueVector(
            new IValue(x.handle),
            new IValue(weight.handle),
            bias == null ? empty : new IValue(bias.handle),
            new IValue("none"),
            noScalars,
            empty);
    linear.callBoxed(stack);
    return Tensor.own(stack.get(0).toTensor());
  }

  /** Gradient of a softmax over the last dimension. */
  Tensor softmaxBackward(Tensor outputGradient, Tensor output) {
    IValueVector stack =
        new IValueVector(
            new IValue(outputGradient.handle),
            new IValue(output.handle),
            new IValue(-1L),
            new IValue((long) ScalarTypes.of(output.dtype()).value));
    softmaxBackward.callBoxed(stack);
    return Tensor.own(stack.get(0).toTensor());
  }

  /** Fused attention on the CPU; returns the output and the row-wise log-sum-exp. */
  Tensor[] attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, double scale) {
    IValueVector stack =
        new IValueVector(
            new IValue(q.handle),
            new IValue(k.handle),
            new IValue(v.handle),
            new IValue(0.0),
            new IValue(false),
            mask == null ? new IValue() : new IValue(mask.handle),
            new IValue(scale));
    attention.callBoxed(stack);
    return new Tensor[] {Tensor.own(stack.get(0).toTensor()), Tensor.own(stack.get(1).toTensor())};
  }

  /** Gradients of fused attention with respect to q, k and v. */
  Tensor[] attentionBackward(
      Tensor outputGradient,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor output,
      Tensor logSumExp,
      @Nullable Tensor mask,
      double scale) {
    IValueVector stack =
        new IValueVector(
            new IValue(outputGradient.handle),
            new IValue(q.handle),
            new IValue(k.handle),
            new IValue(v.handle),
            new IValue(output.handle),
            new IValue(logSumExp.handle),
            new IValue(0.0),
            new IValue(false),
            mask == null ? new IValue() : new IValue(mask.handle),
            new IValue(scale));
    attentionBackward.callBoxed(stack);
    return new Tensor[] {
      Tensor.own(stack.get(0).toTensor()),
      Tensor.own(stack.get(1).toTensor()),
      Tensor.own(stack.get(2).toTensor())
    };
  }

  private static OperatorHandle find(String name) {
    // Kept for the process: whichever scope is open at first use must not free it.
    return Dispatcher.singleton().findSchemaOrThrow(name, "").retainReference();
  }

  /**
   * An empty list of the type that {@code _linear_pointwise} asks for. Making one through the
   * generated constructors aborts the process (a reference count of zero), so a compiled function
   * returns it.
   */
  private static IValue emptyScalarList() {
    var unit = torch.compile("def empty():\n  x : List[Optional[number]] = []\n  return x\n");
    IValueVector stack = new IValueVector();
    unit.find_function(new QualifiedName("empty")).run(stack);
    return new IValue(stack.get(0)).retainReference();
  }
}
