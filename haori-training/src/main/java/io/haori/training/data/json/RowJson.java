package io.haori.training.data.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.inference.task.multilabel.LabelNames;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.WordTags;
import io.haori.model.chat.Conversation;
import io.haori.model.image.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row as JSON; what a row does not have is left out.
 *
 * <pre>{@code
 * {"text": "a carp", "label": {"class": "fish"}, "domain": "noun.animal", "line": 7}
 * }</pre>
 */
final class RowJson {
  private static final String TEXT = "text";
  private static final String PAIR = "pair";
  private static final String LABEL = "label";
  private static final String DOMAIN = "domain";
  private static final String LINE = "line";
  private static final String WORDS = "words";
  private static final String GROUP = "group";
  private static final String CONVERSATION = "conversation";
  private static final String IMAGE = "image";
  private static final String CLASS = "class";
  private static final String NUMBER = "number";
  private static final String NAMES = "names";
  private static final String TAGS = "tags";

  private static final String TOOLS = "tools";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RowJson() {}

  static ObjectNode write(Row row) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(TEXT, row.text()).put(LINE, row.line());
    put(json, PAIR, row.textPair());
    put(json, DOMAIN, row.domain());
    put(json, GROUP, row.group());
    if (row.label() != null) {
      json.set(LABEL, label(row.label()));
    }
    if (row.words() != null) {
      json.set(WORDS, array(row.words()));
    }
    if (row.conversation() != null) {
      json.set(CONVERSATION, MAPPER.valueToTree(row.conversation().toList()));
      if (!row.conversation().tools().isEmpty()) {
        json.set(TOOLS, MAPPER.valueToTree(row.conversation().tools()));
      }
    }
    if (row.picture() != null) {
      Path file = row.picture().file();
      if (file == null) {
        throw new UserError(
            "row " + row.line() + ": a picture must be in a file for a run elsewhere, got pixels");
      }
      json.put(IMAGE, file.toString());
    }
    return json;
  }

  private static void put(ObjectNode json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
  }

  private static ObjectNode label(Label label) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (label instanceof Label.ClassName one) {
      return json.put(CLASS, one.name());
    } else if (label instanceof Label.Numeric one) {
      return json.put(NUMBER, one.value());
    } else if (label instanceof LabelNames many) {
      return json.set(NAMES, array(many.names()));
    } else if (label instanceof WordTags tags) {
      return json.set(TAGS, array(tags.names()));
    }
    throw new IllegalArgumentException("no JSON for a label such as " + label);
  }

  static ArrayNode array(List<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  static Row read(JsonNode json) {
    return new Row(
        json.path(TEXT).asText(),
        text(json.get(PAIR)),
        json.has(LABEL) ? readLabel(json.path(LABEL)) : null,
        text(json.get(DOMAIN)),
        json.path(LINE).asLong(),
        json.has(WORDS) ? texts(json.path(WORDS)) : null,
        text(json.get(GROUP)),
        json.has(CONVERSATION) ? conversation(json.path(CONVERSATION), json.path(TOOLS)) : null,
        json.has(IMAGE) ? new Picture.OfFile(Path.of(json.path(IMAGE).asText())) : null);
  }

  private static Label readLabel(JsonNode json) {
    if (json.has(CLASS)) {
      return new Label.ClassName(json.path(CLASS).asText());
    } else if (json.has(NUMBER)) {
      return new Label.Numeric(json.path(NUMBER).doubleValue());
    }
    return json.has(NAMES)
        ? new LabelNames(texts(json.path(NAMES)))
        : new WordTags(texts(json.path(TAGS)));
  }

  private static Conversation conversation(JsonNode messages, JsonNode tools) {
    return Conversation.of(
        MAPPER.convertValue(messages, List.class), MAPPER.convertValue(tools, List.class));
  }

  static @Nullable String text(@Nullable JsonNode value) {
    return value == null || value.isNull() ? null : value.asText();
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
