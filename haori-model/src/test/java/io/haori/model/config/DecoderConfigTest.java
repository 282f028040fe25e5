package io.haori.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Before its fifth version transformers wrote other keys for the same angles. */
  @Test
  void oldKeysOfRotaryPositionsMeanWhatTheNewOnesDo() throws IOException {
    Path file = Golden.copy("models/llama3-rope-causal", folder).resolve("config.json");
    ModelConfig newer = FamilyCatalogue.read(file);
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.remove("rope_parameters");
    json.put("rope_theta", 500000.0);
    json.putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", 8.0)
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 16);
    Files.writeString(file, json.toString());
    assertThat(FamilyCatalogue.read(file)).isEqualTo(newer);
    assertThat(newer.endTokens()).containsExactly(2);
    assertThat(newer.maxTokens()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-classification",
        "llama3-rope-causal",
        "qwen2-causal-tied",
        "qwen3-causal",
        "mistral-window-causal",
        "gpt2-causal"
      })
  void whatIsWrittenIsReadAgain(String name) {
    ModelConfig config =
        FamilyCatalogue.read(Golden.copy("models/" + name, folder).resolve("config.json"));
    Path written = folder.resolve("config.json");
    ConfigWriter.write(written, config, config.transformers().causalLanguageModel());
    assertThat(FamilyCatalogue.read(written)).isEqualTo(config);
  }

  @Test
  void anEndMayHaveSeveralTokensAndWindowsBelongToLayers() throws IOException {
    Path file = Golden.copy("models/qwen3-causal", folder).resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.putArray("eos_token_id").add(7).add(9);
    json.put("use_sliding_window", true).put("sliding_window", 4).put("max_window_layers", 1);
    ObjectNode byType = json.deepCopy();
    byType.putArray("layer_types").add("full_attention").add("sliding_attention");
    json.remove("layer_types");
    Files.writeString(file, json.toString());
    ModelConfig byNumber = FamilyCatalogue.read(file);
    assertThat(byNumber.endTokens()).isEqualTo(List.of(7, 9));
    Files.writeString(file, byType.toString());
    assertThat(FamilyCatalogue.read(file)).isEqualTo(byNumber);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama-causal  | {"rope_parameters": {"rope_type": "yarn", "factor": 4.0}} | rope_parameters.rope_type must be default, linear or llama3, got yarn
          llama-causal  | {"rope_parameters": null, "rope_scaling": {"type": "dynamic", "factor": 2.0}} | rope_scaling.rope_type must be default, linear or llama3, got dynamic
          llama-causal  | {"rope_parameters": {"rope_type": "linear"}} | rope_parameters.factor must be at least 1 and at most 1e6, got NaN
          llama-causal  | {"rope_parameters": {"rope_type": "llama3", "factor": 8.0}} | original_max_position_embeddings must be a whole number, got nothing
          llama-causal  | {"partial_rotary_factor": 0.5} | partial_rotary_factor must be 1, got 0.5
          llama-causal  | {"num_key_value_heads": 3} | num_key_value_heads must be a divisor of num_attention_heads 4, got 3
          llama-causal  | {"hidden_act": "gelu"} | hidden_act must be silu, got gelu
          llama-causal  | {"eos_token_id": "end"} | eos_token_id must be a whole number or an array of them, got "end"
          qwen3-causal  | {"layer_types": ["full_attention"]} | layer_types must be one type a layer, 2, got 1
          qwen3-causal  | {"layer_types": ["full_attention", "linear_attention"]} | layer_types must be full_attention or sliding_attention, got linear_attention
          mistral-window-causal | {"sliding_window": 0} | sliding_window must be at least 1, got 0
          gpt2-causal   | {"scale_attn_by_inverse_layer_idx": true} | scale_attn_by_inverse_layer_idx must be false, got true
          gpt2-causal   | {"activation_function": "relu"} | activation_function must be one of [gelu_new, gelu_pytorch_tanh, gelu], got relu
          gpt2-causal   | {"n_head": 5} | n_embd must be a multiple of n_head 5, got 32
          """)
  void whatWouldChangeTheArithmeticIsRefusedByName(String base, String change, String message)
      throws IOException {
    Path file = Golden.copy("models/" + base, folder).resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.setAll((ObjectNode) JSON.readTree(change));
    Files.writeString(file, json.toString());
    assertThatThrownBy(() -> FamilyCatalogue.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }
}
