package io.haori.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  @TempDir Path temporary;

  private AdapterConfig read(String more) throws IOException {
    Path file = temporary.resolve("adapter_config.json");
    Files.writeString(
        file, "{\"peft_type\": \"LORA\", \"target_modules\": [\"query\"], " + more + "}");
    return ConfigReader.read(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "use_dora": 1                           | use_dora must be true or false, got 1
          "bias": "all"                           | bias must be none, others are not supported here, got "all"
          "arrow_config": {"top_k": 2}            | arrow_config is not supported here, got {"top_k":2}
          "use_bdlora": true                      | use_bdlora is not supported here, got true
          "kasa_config": {"a": 1}                 | kasa_config is not supported here, got {"a":1}
          "alora_invocation_tokens": [1, 2]       | alora_invocation_tokens is not supported here, got [1,2]
          "layer_replication": [[0, 4], [2, 5]]   | layer_replication is not supported here, got [[0,4],[2,5]]
          "use_qalora": true                      | use_qalora is not supported here, got true
          "lora_bias": true                       | lora_bias is not supported here, got true
          "trainable_token_indices": [5]          | trainable_token_indices is not supported here, got [5]
          "target_parameters": ["a.b"]            | target_parameters is not supported here, got ["a.b"]
          "megatron_config": {"a": 1}             | megatron_config is not supported here, got {"a":1}
          "something_new": 0.5                    | something_new is not supported here, got 0.5
          "init_lora_weights": "pissa"            | init_lora_weights must be true, false or one of [eva, gaussian, orthogonal], others change the base, got "pissa"
          "r": 0                                  | r must be a whole number of at least 1, got 0
          "r": 2.5                                | r must be a whole number of at least 1, got 2.5
          "r": null                               | r must be a whole number of at least 1, got null
          "r": 99999999999                        | r must be a whole number of at least 1, got 99999999999
          "lora_alpha": 0                         | lora_alpha must be a number above 0, got 0
          "lora_alpha": "8"                       | lora_alpha must be a number above 0, got "8"
          "lora_dropout": 1                       | lora_dropout must be a number in [0, 1), got 1
          "use_rslora": "yes"                     | use_rslora must be true or false, got "yes"
          "task_type": 3                          | task_type must be a string or null, got 3
          "rank_pattern": {"query": 0}            | rank_pattern of query must be a whole number of at least 1, got 0
          "alpha_pattern": {"query": -1}          | alpha_pattern of query must be a number above 0, got -1
          "alpha_pattern": [1]                    | alpha_pattern must be an object, got [1]
          "rank_pattern": {"(query": 2}           | lora.rankPattern must have valid regular expressions as keys, got (query (Unclosed group)
          "layers_to_transform": "1"              | layers_to_transform must be a number of a layer or a list of them, got "1"
          "layers_to_transform": [1, -1]          | layers_to_transform must be a number of a layer or a list of them, got [1,-1]
          "layers_pattern": "layer"               | layers_pattern must be unset unless layers_to_transform is set, got "layer"
          "layers_to_transform": 1, "layers_pattern": "(a" | layers_pattern must be valid regular expressions, got (a (Unclosed group)
          "modules_to_save": ["a)(b"]             | modules_to_save must be valid regular expressions, got a)(b (Unmatched closing ')')
          "modules_to_save": {"a": 1}             | modules_to_save must be strings, got {"a":1}
          "exclude_modules": [3]                  | exclude_modules must be strings, got [3]
          """)
  void refusesByName(String keys, String message) {
    assertThatThrownBy(() -> read(keys))
        .isInstanceOf(UserError.class)
        .hasMessage(temporary.resolve("adapter_config.json") + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                             | peft_type must be LORA, got nothing
          {"peft_type": "IA3"}                           | peft_type must be LORA, got "IA3"
          {"peft_type": 1}                               | peft_type must be a string or null, got 1
          {"peft_type": "LORA"}                          | target_modules must be a list of names, a regular expression or all-linear, got nothing
          {"peft_type": "LORA", "target_modules": []}    | target_modules must be a list of names, a regular expression or all-linear, got []
          {"peft_type": "LORA", "target_modules": 3}     | target_modules must be strings, got 3
          {"peft_type": "LORA", "target_modules": "(a"}  | targets must be a valid regular expression, got (a (Unclosed group)
          {"peft_type": "LORA", "target_modules": "a", "layers_to_transform": 1} | layers_to_transform must be unset unless target_modules is a list, got 1
          []                                             | must hold a JSON object
          """)
  void refusesWhatIsNoLoraConfiguration(String json, String message) throws IOException {
    Path file = temporary.resolve("adapter_config.json");
    Files.writeString(file, json);
    assertThatThrownBy(() -> ConfigReader.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"use_qalora\": false, \"qalora_group_size\": 16",
        "\"something_new\": null, \"another\": false, \"third\": {}, \"fourth\": [], \"fifth\": \"\"",
        "\"megatron_core\": \"megatron.core\", \"megatron_config\": null",
        "\"eva_config\": {\"rho\": 2.0}, \"init_lora_weights\": \"eva\"",
        "\"loftq_config\": {\"loftq_bits\": 4}",
        "\"auto_mapping\": {\"base_model_class\": \"BertForMaskedLM\"}",
        "\"bias\": \"none\", \"init_lora_weights\": false"
      })
  void ignoresWhatHasNoEffect(String keys) throws IOException {
    assertThat(read(keys).lora().rank()).isEqualTo(8);
  }

  @Test
  void nestedGroupsOverflowNothing() throws IOException {
    String deep = "(".repeat(300) + "a" + ")".repeat(300);
    assertThat(read("\"exclude_modules\": \"" + deep + "\"").targets().selects("query")).isTrue();
    assertThat(read("\"rank_pattern\": {\"" + deep + "\": 2}").lora().rankOf("a")).isEqualTo(2);
    assertThatThrownBy(() -> read("\"exclude_modules\": \"" + deep + deep + "\""))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith("exclude_modules must be names of at most 1000 characters, got 1202");
  }

  @Test
  void namesOfSeveralLinesAreRefused() {
    assertThatThrownBy(() -> read("\"exclude_modules\": \"a\\nb\""))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith("exclude_modules must be names of printable characters, got a?b");
  }
}
