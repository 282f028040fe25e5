package io.haori.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.family.bert.BertConfig;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
  static final String SOUND =
      """
      {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
       "intermediate_size": 64, "vocab_size": 96, "max_position_embeddings": 40,
       "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0}
      """;

  @TempDir Path folder;

  @Test
  void readsBert() {
    Path file = Golden.copy("models/bert-classification", folder).resolve("config.json");
    assertThat(FamilyCatalogue.read(file))
        .isEqualTo(
            new BertConfig(
                "bert",
                new EncoderSizes(32, 2, 4, 1e-12),
                64,
                96,
                40,
                2,
                "gelu",
                0,
                null,
                List.of("LABEL_0", "LABEL_1", "LABEL_2")));
  }

  @Test
  void readsRoberta() {
    Path file = Golden.copy("models/roberta-mlm", folder).resolve("config.json");
    ModelConfig config = FamilyCatalogue.read(file);
    assertThat(config)
        .isEqualTo(
            new BertConfig(
                "roberta",
                new EncoderSizes(32, 2, 4, 1e-12),
                64,
                96,
                42,
                2,
                "gelu",
                1,
                null,
                List.of()));
    assertThat(config.maxTokens()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'pad_token_id': 0 | 'quantization_config': {} | quantization_config must be left out: a base is read as floats, and rounded when it is opened, got {}
          'bert' | 'deberta-v2' | model_type must be one of [bert, roberta, xlm-roberta, distilbert, modernbert, llama, mistral, qwen2, qwen3, gpt2, vit, deit, dinov2, dinov2_with_registers], got deberta-v2
          'model_type' | 'm' | model_type must be a string, got nothing
          'hidden_size': 32 | 'hidden_size': 33 | hidden_size must be a multiple of num_attention_heads 4, got 33
          'hidden_size': 32 | 'hidden_size': -32 | hidden_size must be from 1 to 16777216, got -32
          'hidden_size': 32 | 'hidden_size': 32.5 | hidden_size must be a whole number, got 32.5
          'hidden_size': 32 | 'hidden_size': null | hidden_size must be a whole number, got null
          'vocab_size': 96 | 'vocab_size': 99999999999 | vocab_size must be a whole number, got 99999999999
          1e-12 | 0 | layer_norm_eps must be above 0 and below 1, got 0.0
          1e-12 | 'NaN' | layer_norm_eps must be a number, got "NaN"
          'gelu' | 'gelu_new' | hidden_act must be gelu, got gelu_new
          'pad_token_id': 0 | 'pad_token_id': 96 | pad_token_id must be at least 0 and below vocab_size 96, got 96
          'pad_token_id': 0 | 'is_decoder': true | is_decoder must be false, got true
          'pad_token_id': 0 | 'position_embedding_type': 'relative_key' | position_embedding_type must be absolute, got relative_key
          'pad_token_id': 0 | 'problem_type': 'x' | problem_type must be one of [regression, single_label_classification, multi_label_classification], got x
          'pad_token_id': 0 | 'id2label': {'0': 'a', '2': 'b'} | id2label must be an object with the keys 0 to 1 and strings, got {"0":"a","2":"b"}
          'pad_token_id' | 'vocab_size' | is not valid JSON: Duplicate field 'vocab_size'
          """)
  void refusesAKeyByName(String from, String to, String message) throws Exception {
    Path file = folder.resolve("config.json");
    String changed = SOUND.replace(from.replace('\'', '"'), to.replace('\'', '"'));
    assertThat(changed).isNotEqualTo(SOUND);
    Files.writeString(file, changed);
    assertThatThrownBy(() -> FamilyCatalogue.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void namesAMissingFile() {
    Path file = folder.resolve("config.json");
    assertThatThrownBy(() -> FamilyCatalogue.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": does not exist");
  }

  @Test
  void buildsMiniLm() {
    BertConfig config = BertConfig.bertUncased(6, 384, 12);
    assertThat(config.intermediateSize()).isEqualTo(1536);
    assertThat(config.maxTokens()).isEqualTo(512);
  }
}
