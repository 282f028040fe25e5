package io.haori.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenAdapter;
import io.haori.adapter.golden.GoldenAdapter.QuantisedGradients;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients of an adapter and its head on a base in 8 and 4 bits, for each family: one tiny random
 * model of 32 numbers a token, where rounding weighs more than in a trained base.
 */
final class QuantisedGradientTest {
  @TempDir Path temporary;

  /**
   * From the reference in fp32 all gradients were 2, 3, 4, 5, 9, 10, 6, 5 and 4 % away, the
   * furthest parameter's twice as much; with codes bounded by pairs, as on processors without VNNI,
   * 3, 4, 5, 4, 3, 7, 6, 6 and 4 %. From a dense base with the same rounded numbers, where all that
   * is left is the rounding of activations and gradients, 2 to 5 %, and 2 to 9 % with the numbers
   * of such codes, from products of floats just as from those of the integers.
   */
  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification, 0.04, 0.09",
    "bert-rslora-all, bert-classification, 0.05, 0.1",
    "bert-mlm-lora-all, bert-mlm, 0.07, 0.18",
    "roberta-lora-qv, roberta-classification, 0.07, 0.13",
    "distilbert-lora-qv, distilbert-classification, 0.13, 0.28",
    "modernbert-lora-all, modernbert-classification, 0.15, 0.3",
    "llama-lora-all, llama-causal, 0.09, 0.12",
    "qwen3-lora-all, qwen3-causal, 0.09, 0.12",
    "gpt2-lora-all, gpt2-causal-2, 0.07, 0.18"
  })
  void in8BitsTheyAreThoseOfFp32ButForRounding(
      String name, String base, double whole, double worst) {
    QuantisedGradients apart = GoldenAdapter.quantised(name, base, BasePrecision.INT8, temporary);

    // Not zero either: the base is rounded.
    assertThat(apart.fromReference().whole()).isBetween(1e-4, whole);
    assertThat(apart.fromReference().worst()).isLessThan(worst);
    assertThat(apart.fromDense().whole()).isLessThan(0.11);
  }

  /** Only the weights are rounded, so that a dense base with the same numbers agrees exactly. */
  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification",
    "bert-rslora-all, bert-classification",
    "bert-mlm-lora-all, bert-mlm",
    "roberta-lora-qv, roberta-classification",
    "distilbert-lora-qv, distilbert-classification",
    "modernbert-lora-all, modernbert-classification",
    "llama-lora-all, llama-causal",
    "qwen3-lora-all, qwen3-causal",
    "gpt2-lora-all, gpt2-causal-2"
  })
  void in4BitsTheyAreThoseOfTheRoundedNumbers(String name, String base) {
    QuantisedGradients apart = GoldenAdapter.quantised(name, base, BasePrecision.INT4, temporary);

    assertThat(apart.fromReference().whole()).isBetween(0.1, 0.8);
    assertThat(apart.fromDense().worst()).isLessThan(1e-5);
  }
}
