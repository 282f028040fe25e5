package io.haori.model.gguf;

import java.util.Map;

/**
 * What a family's tensors are called in a file of llama.cpp's, besides the linear layers.
 *
 * @param layer what comes before a layer's number here
 * @param whole names here of the parts outside the layers; empty for what the configuration has
 *     taken up
 * @param norms names within a layer here, by those there
 * @param inputsFirst whether the family's own files have the matrices of layers turned, {@code [in,
 *     out]}
 */
record GgufNames(
    String layer, Map<String, String> whole, Map<String, String> norms, boolean inputsFirst) {
  private static final GgufNames LLAMA =
      new GgufNames(
          "model.layers.",
          Map.of(
              "token_embd.weight", "model.embed_tokens.weight",
              "output_norm.weight", "model.norm.weight",
              "output.weight", "lm_head.weight",
              "rope_freqs.weight", ""),
          Map.of(
              "attn_norm", "input_layernorm",
              "ffn_norm", "post_attention_layernorm",
              "attn_q_norm", "self_attn.q_norm",
              "attn_k_norm", "self_attn.k_norm"),
          false);

  private static final GgufNames GPT2 =
      new GgufNames(
          "transformer.h.",
          Map.of(
              "token_embd.weight", "transformer.wte.weight",
              "position_embd.weight", "transformer.wpe.weight",
              "output_norm.weight", "transformer.ln_f.weight",
              "output_norm.bias", "transformer.ln_f.bias",
              "output.weight", "lm_head.weight"),
          Map.of("attn_norm", "ln_1", "ffn_norm", "ln_2"),
          true);

  /** Of an architecture that is known. */
  static GgufNames of(String architecture) {
    return architecture.equals(GgufConfig.GPT2) ? GPT2 : LLAMA;
  }
}
