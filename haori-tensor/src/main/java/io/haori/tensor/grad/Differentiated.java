package io.haori.tensor.grad;

import io.haori.tensor.Autograd;
import io.haori.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A part of the computation that libtorch differentiates: for what is small or rare, such as heads
 * and losses, where a derivative by hand would gain nothing.
 */
public final class Differentiated {
  private Differentiated() {}

  /**
   * Computes a function of variables and parameters.
   *
   * @param tape remembers the derivative
   * @param inputs passed to the function first, with their values
   * @param parameters passed to the function after the inputs, in F32
   * @param function from the inputs' and the parameters' tensors to one tensor; uses only
   *     operations that make new tensors
   * @return its value
   */
  public static Variable apply(
      Tape tape,
      List<Variable> inputs,
      List<Parameter> parameters,
      Function<List<Tensor>, Tensor> function) {
    boolean needsGradient =
        !parameters.isEmpty() || inputs.stream().anyMatch(Variable::needsGradient);
    if (!tape.records() || !needsGradient) {
      List<Tensor> values =
          Stream.concat(inputs.stream().map(Variable::value), parameters.stream().map(tape::value))
              .toList();
      return tape.variable(function.apply(values), needsGradient);
    }
    Tensor[] leaves = new Tensor[inputs.size() + parameters.size()];
    for (int i = 0; i < leaves.length; i++) {
      boolean isInput = i < inputs.size();
      Tensor value = isInput ? inputs.get(i).value() : parameters.get(i - inputs.size()).value();
      leaves[i] = Autograd.leaf(value, !isInput || inputs.get(i).needsGradient());
    }
    Tensor result = Autograd.remembering(() -> function.apply(List.of(leaves)));
    Variable output = tape.variable(Autograd.detached(result), true);
    Tensor[] saved = Arrays.copyOf(leaves, leaves.length + 1);
    saved[leaves.length] = result;
    tape.record(
        output,
        () -> {
          Autograd.backward(result, output.requireGradient());
          for (int i = 0; i < leaves.length; i++) {
            Tensor gradient = Autograd.gradient(leaves[i]);
            if (gradient == null) {
              continue;
            }
            if (i < inputs.size()) {
              inputs.get(i).accumulate(gradient);
            } else {
              parameters.get(i - inputs.size()).accumulate(gradient);
            }
          }
        },
        saved);
    return output;
  }
}
