package io.haori.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationTest {
  private static Conversation read(String json) throws Exception {
    return Conversation.of(new ObjectMapper().readValue(json, Object.class));
  }

  @Test
  void knowsWhoHasTheLastWord() throws Exception {
    Conversation asked =
        read(
            "[{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\":"
                + " \"u\"}]");
    assertThat(asked.isAnswered()).isFalse();
    assertThat(asked.question()).isEqualTo(asked);
    Conversation answered = asked.and(Role.ASSISTANT, "a");
    assertThat(answered.isAnswered()).isTrue();
    assertThat(answered.answer()).isEqualTo("a");
    assertThat(answered.question()).isEqualTo(asked);
    assertThat(answered.shown()).isEqualTo("system: s\nuser: u\nassistant: a");
    assertThat(Conversation.of(answered.toList())).isEqualTo(answered);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                 | have at least one of the user, got none
          3                  | be a list, got a number
          [3]                | be objects with role and content, got a number at position 1
          [S]                | have at least one of the user, got one of the system
          [A]                | be perhaps one of the system, then of user and assistant in turn, got assistant at position 1
          [U, U]             | be perhaps one of the system, then of user and assistant in turn, got user at position 2
          [U, S]             | be perhaps one of the system, then of user and assistant in turn, got system at position 2
          [U, A, A]          | be perhaps one of the system, then of user and assistant in turn, got assistant at position 3
          [{"role": "robot", "content": "x"}]  | have a role, one of system, user, assistant, tool, got robot at position 1
          [{"role": "tool", "content": "x"}]   | be of the role tool exactly behind tool_calls of the assistant, got tool at position 1
          [U, {"role": "assistant", "tool_calls": [1]}, A] | be of the role tool exactly behind tool_calls of the assistant, got assistant at position 3
          [U, A, {"role": "tool", "content": "x"}]         | be of the role tool exactly behind tool_calls of the assistant, got tool at position 3
          [{"role": "user", "content": "x", "tool_calls": [1]}] | have tool_calls of the assistant alone, a list of at least one, got some of user at position 1
          [U, {"role": "assistant", "tool_calls": []}]     | have tool_calls of the assistant alone, a list of at least one, got none at position 2
          [{"content": "x"}]                   | have a role, one of system, user, assistant, tool, got none at position 1
          [{"role": "user"}]                   | have a content that is a text, got none at position 1
          [{"role": "user", "content": ["x"]}] | have a content that is a text, got a list at position 1
          [U, {"role": "assistant", "content": " "}] | have a content that is not blank, got a blank one at position 2
          """)
  void aMistakeIsOneSentence(String messages, String sentence) {
    String json =
        messages
            .replace("U", "{\"role\": \"user\", \"content\": \"u\"}")
            .replace("A", "{\"role\": \"assistant\", \"content\": \"a\"}")
            .replace("S", "{\"role\": \"system\", \"content\": \"s\"}");
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UserError.class)
        .hasMessage("messages must " + sentence);
  }

  @Test
  void aQuestionAloneIsOne() {
    assertThat(Conversation.asking("u").messages()).isEqualTo(List.of(new Message(Role.USER, "u")));
  }
}
