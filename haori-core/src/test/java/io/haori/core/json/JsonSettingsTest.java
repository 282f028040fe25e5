package io.haori.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.core.check.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonSettingsTest {
  @Test
  void whatIsAtItsDefaultIsNotChosen() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("b", 2);
    settings.put("a", 1.5);
    settings.put("c", "x");
    assertThat(JsonSettings.chosen(settings, Map.of("b", 2, "a", 1.0, "d", true)))
        .hasToString("{\"a\":1.5,\"c\":\"x\"}");
  }

  @Test
  void aPartIsReadByItsOwnNamesAndRefusedByTheWholeOnes() throws JsonProcessingException {
    SettingsReader settings =
        SettingsReader.of(json("{\"a.size\": 3, \"b.size\": \"4\", \"note\": 1, \"a.mode\": 5}"));
    assertThat(settings.within("a").whole("size", 1)).isEqualTo(3);
    assertThat(settings.within("b").whole("size", 1)).isEqualTo(4);
    assertThat(settings.within("c").whole("size", 1)).isEqualTo(1);
    settings.leave(Set.of("note", "absent"));
    assertThat(settings.known()).containsExactly("a.size", "b.size", "c.size", "note");
    assertThat(settings.within("a").unknown()).isEqualTo(List.of("mode"));
    assertThatThrownBy(settings::requireNothingElse)
        .isInstanceOf(UserError.class)
        .hasMessage(
            "unknown setting \"a.mode\"; there are \"a.size\", \"b.size\", \"c.size\", \"note\"");
  }

  @Test
  void longWholeNumbersKeepEveryDigit() throws JsonProcessingException {
    SettingsReader settings = SettingsReader.of(json("{\"seed\": 9007199254740993}"));
    assertThat(settings.wholeLong("seed", 0)).isEqualTo(9007199254740993L);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new JsonMapper().readTree(text);
  }
}
