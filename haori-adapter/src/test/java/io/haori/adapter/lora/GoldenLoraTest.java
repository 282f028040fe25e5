package io.haori.adapter.lora;

import io.haori.adapter.golden.GoldenAdapter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA against the reference implementation, on tiny random models. */
class GoldenLoraTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification, false",
    "bert-lora-qv, bert-classification, true",
    "bert-rslora-all, bert-classification, false",
    "bert-rslora-all, bert-classification, true",
    "bert-lora-rank-pattern, bert-classification, false",
    "bert-lora-rank-pattern, bert-classification, true",
    "bert-mlm-lora-all, bert-mlm, false",
    "bert-mlm-lora-all, bert-mlm, true",
    "roberta-lora-qv, roberta-classification, false",
    "roberta-lora-qv, roberta-classification, true",
    "distilbert-lora-qv, distilbert-classification, false",
    "distilbert-lora-qv, distilbert-classification, true",
    "modernbert-lora-all, modernbert-classification, false",
    "modernbert-lora-all, modernbert-classification, true",
    "llama-lora-all, llama-causal, false",
    "llama-lora-all, llama-causal, true",
    "qwen3-lora-all, qwen3-causal, false",
    "qwen3-lora-all, qwen3-causal, true",
    "gpt2-lora-all, gpt2-causal-2, false",
    "gpt2-lora-all, gpt2-causal-2, true",
    "vit-lora-all, vit-classification, false",
    "vit-lora-all, vit-classification, true",
    "dinov2-lora-all, dinov2-classification, false",
    "dinov2-lora-all, dinov2-classification, true"
  })
  void oneStepIsThatOfTheReference(String name, String base, boolean checkpointing) {
    GoldenAdapter.assertOneStep(name, base, checkpointing, temporary);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-lora-qv, bert-classification",
    "bert-rslora-all, bert-classification",
    "bert-lora-rank-pattern, bert-classification",
    "bert-mlm-lora-all, bert-mlm",
    "roberta-lora-qv, roberta-classification",
    "distilbert-lora-qv, distilbert-classification",
    "modernbert-lora-all, modernbert-classification",
    "llama-lora-all, llama-causal",
    "qwen3-lora-all, qwen3-causal",
    "gpt2-lora-all, gpt2-causal-2",
    "vit-lora-all, vit-classification",
    "dinov2-lora-all, dinov2-classification"
  })
  void mergedWeightsGiveTheLogitsOfTheReference(String name, String base) {
    GoldenAdapter.assertMerged(name, base, temporary);
  }
}
