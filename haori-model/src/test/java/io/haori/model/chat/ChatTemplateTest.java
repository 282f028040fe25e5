package io.haori.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.model.chat.ChatText.Span;
import io.haori.model.text.Tokenizer;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations are written as transformers' {@code apply_chat_template} writes them. */
class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The day of the golden texts. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = Golden.copy("chat/tokenizer", temporary);
  }

  static List<JsonNode> golden() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Golden.lines("chat/golden.jsonl")) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static Conversation messages(JsonNode row) {
    return Conversation.of(JSON.convertValue(row.path("messages"), Object.class));
  }

  static List<JsonNode> tools() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Golden.lines("chat/tools.jsonl")) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  /** The text is transformers', or the template passes over what tools say: then it is refused. */
  @ParameterizedTest
  @MethodSource("tools")
  void toolsAreGivenToTheTemplate(JsonNode row) throws IOException {
    String name = row.path("template").textValue();
    Tokenizer tokenizer = tokenizer(Golden.text("chat/" + name + ".jinja"));
    ChatTemplate template = ChatTemplate.required(tokenizer, CLOCK);
    Conversation said =
        Conversation.of(
            JSON.convertValue(row.path("messages"), Object.class),
            JSON.convertValue(row.path("tools"), Object.class));
    assertThat(said.toList()).hasSize(row.path("messages").size());
    boolean called = said.messages().size() > 2;
    if (name.equals("llama3") && called) {
      assertThatThrownBy(() -> template.prompt(said))
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith(": its chat template has no place for messages of tools");
      return;
    }
    String text = row.path("text").textValue();
    if (!said.isAnswered()) {
      assertThat(template.prompt(said)).isEqualTo(text);
      return;
    }
    // Both what calls the tool and what is said in the end are learnt.
    ChatText learnt = template.learnt(said).get(0);
    assertThat(learnt.text()).isEqualTo(text.stripTrailing());
    assertThat(learnt.answers())
        .extracting(span -> learnt.text().substring(span.from(), span.to()))
        .satisfiesExactly(
            call -> assertThat(call).contains("<tool_call>", "P-101", "</tool_call>"),
            end -> assertThat(end).isEqualTo("4.25 bar.<|im_end|>"));
  }

  @Test
  void aTemplateWithoutAPlaceForToolsRefusesThem() throws IOException {
    JsonNode row = tools().get(0);
    Conversation said =
        Conversation.of(
            JSON.convertValue(row.path("messages"), Object.class),
            JSON.convertValue(row.path("tools"), Object.class));
    ChatTemplate template =
        ChatTemplate.required(tokenizer(Golden.text("chat/chatml.jinja")), CLOCK);
    assertThatThrownBy(() -> template.prompt(said))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(": its chat template has no place for tools");
    assertThatThrownBy(() -> template.learnt(said.and(Role.ASSISTANT, "5")))
        .isInstanceOf(UserError.class);
  }

  private Tokenizer tokenizer(String template) throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    return Tokenizer.open(folder);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void textsAndTokensAreThoseOfTransformers(JsonNode row) throws IOException {
    try (Tokenizer tokenizer = tokenizer(Golden.text("chat/" + row.path("template").textValue()))) {
      ChatTemplate template = ChatTemplate.required(tokenizer, CLOCK);
      Conversation said = messages(row);
      boolean asks = row.path("asks").booleanValue();
      if (row.has("refused")) {
        assertThatThrownBy(() -> template.text(said, asks))
            .isInstanceOf(UserError.class)
            .hasMessageContaining("its chat template refuses the messages: ")
            .hasMessageEndingWith(row.path("refused").textValue());
        return;
      }
      String text = template.text(said, asks);
      assertThat(text).isEqualTo(row.path("text").textValue());
      assertThat(tokenizer.tokens(text).ids())
          .isEqualTo(JSON.convertValue(row.path("ids"), int[].class));
    }
  }

  /** Every answer is learnt behind what is read when it is asked for, and nothing else is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      textBlock =
          """
          chatml.jinja      § 1 § <|im_end|> § A1<|im_end|> ; A2<|im_end|>
          llama3.jinja      § 1 § <|eot_id|> § A1<|eot_id|> ; A2<|eot_id|>
          llama3-short.jinja § 1 § <|eot_id|> § A1<|eot_id|> ; A2<|eot_id|>
          qwen25.jinja      § 1 § <|im_end|> § A1<|im_end|> ; A2<|im_end|>
          mistral-old.jinja § 1 § </s>       § A1</s> ; A2</s>
          mistral.jinja     § 1 § </s>       § ~A1</s> ; ~A2</s>
          generation.jinja  § 1 § <|im_end|> § A1<|im_end|> ; A2<|im_end|>
          qwen3.jinja       § 2 § <|im_end|> § <think>##</think>##A1<|im_end|> ; <think>##</think>##A2<|im_end|>
          """)
  void theAnswersAreLearnt(String name, int rows, String end, String answers) throws IOException {
    try (Tokenizer tokenizer = tokenizer(Golden.text("chat/" + name))) {
      ChatTemplate template = ChatTemplate.required(tokenizer, CLOCK);
      assertThat(template.turnEnd()).isEqualTo(end);
      Conversation said =
          Conversation.asking("U1 A1 <|im_start|>assistant")
              .and(Role.ASSISTANT, "A1")
              .and(Role.USER, "U2 A2")
              .and(Role.ASSISTANT, "A2");
      List<ChatText> learnt = template.learnt(said);
      assertThat(learnt).hasSize(rows);
      List<String> found = new ArrayList<>();
      for (ChatText text : learnt) {
        assertThat(text.ended()).isTrue();
        for (Span span : text.answers()) {
          found.add(text.text().substring(span.from(), span.to()));
          String asked = text.text().substring(0, span.from());
          assertThat(asked).isEqualTo(template.prompt(said.first(asked.contains("U2") ? 3 : 1)));
        }
      }
      List<String> wanted = List.of(answers.replace('~', ' ').replace('#', '\n').split(" ; "));
      assertThat(found).isEqualTo(wanted);
    }
  }

  @Test
  void whereNothingEndsATurnEachAnswerIsARowOfItsOwn() throws IOException {
    String plain =
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";
    try (Tokenizer tokenizer = tokenizer(plain)) {
      ChatTemplate template = ChatTemplate.required(tokenizer, CLOCK);
      assertThat(template.turnEnd()).isEmpty();
      List<ChatText> learnt =
          template.learnt(
              Conversation.asking("u")
                  .and(Role.ASSISTANT, "a")
                  .and(Role.USER, "v")
                  .and(Role.ASSISTANT, "b"));
      assertThat(learnt).extracting(ChatText::ended).containsExactly(false, false);
      assertThat(learnt.get(1).text()).isEqualTo("user: u\nassistant: a\nuser: v\nassistant: b");
      assertThat(learnt.get(1).answers()).containsExactly(new Span(39, 41));
    }
  }

  @Test
  void aTemplateIsFoundWhereATokenizerHasIt() throws IOException {
    Path config = folder.resolve("tokenizer_config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(config));
    Files.deleteIfExists(folder.resolve("chat_template.jinja"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(ChatTemplate.of(tokenizer, CLOCK)).isEmpty();
      assertThatThrownBy(() -> ChatTemplate.required(tokenizer, CLOCK))
          .hasMessage(
              folder.resolve("tokenizer.json")
                  + ": must have a chat template for messages (chat_template in"
                  + " tokenizer_config.json, or chat_template.jinja beside it), got none");
    }
    json.put("chat_template", "one {{ messages[0].content }}");
    Files.writeString(config, json.toString());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(ChatTemplate.required(tokenizer, CLOCK).prompt(Conversation.asking("x")))
          .isEqualTo("one x");
      assertThat(JSON.readTree(tokenizer.toConfigJson()).path("chat_template").textValue())
          .startsWith("one ");
    }
    json.putArray("chat_template")
        .addPOJO(Map.of("name", "tools", "template", "no"))
        .addPOJO(Map.of("name", "default", "template", "two {{ messages[-1].content }}"));
    Files.writeString(config, json.toString());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(ChatTemplate.required(tokenizer, CLOCK).prompt(Conversation.asking("x")))
          .isEqualTo("two x");
    }
    Files.writeString(folder.resolve("chat_template.jinja"), "three {{ messages[-1].content }}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(ChatTemplate.required(tokenizer, CLOCK).prompt(Conversation.asking("x")))
          .isEqualTo("three x");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{ messages                     | its chat template cannot be used: line 1: must have }}, got its end
          {{ messages[0].role.shout() }}  | its chat template cannot be used: line 1: cannot call shout, which is undefined
          {{ raise_exception('no talk') }} | its chat template refuses the messages: no talk
          """)
  void aTemplateThatCannotBeUsedIsOneSentence(String template, String sentence) throws IOException {
    try (Tokenizer tokenizer = tokenizer(template)) {
      assertThatThrownBy(() -> ChatTemplate.of(tokenizer, CLOCK))
          .isInstanceOf(UserError.class)
          .hasMessage(folder.resolve("tokenizer.json") + ": " + sentence);
    }
  }

  @Test
  void thoughtsAreNoPartOfAnAnswer() {
    assertThat(ChatTemplate.withoutThoughts("<think>\nhm\n</think>\n\nFive.")).isEqualTo("Five.");
    assertThat(ChatTemplate.withoutThoughts(" Five.")).isEqualTo(" Five.");
  }
}
