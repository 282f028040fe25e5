package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.model.chat.Role;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tokens of a conversation are learnt. */
class ConversationTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Tokenizer tokenizer;
  private ConversationTokens tokens;

  @BeforeEach
  void open() throws IOException {
    Path folder = Golden.copy("chat/tokenizer", temporary);
    Files.writeString(folder.resolve("chat_template.jinja"), Golden.text("chat/generation.jinja"));
    tokenizer = Tokenizer.open(folder);
    ChatTemplate template = ChatTemplate.required(tokenizer, Clock.systemUTC());
    tokens = new ConversationTokens(tokenizer, template, null);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  /** The template says by itself where answers are, and transformers marks their tokens. */
  @Test
  void theyAreThoseThatTransformersMarks() throws IOException {
    int compared = 0;
    for (String line : Golden.lines("chat/golden.jsonl")) {
      JsonNode row = JSON.readTree(line);
      Conversation said = Conversation.of(JSON.convertValue(row.path("messages"), Object.class));
      if (!row.has("mask") || !said.isAnswered()) {
        continue;
      }
      int[] mask = JSON.convertValue(row.path("mask"), int[].class);
      int[] ids = JSON.convertValue(row.path("ids"), int[].class);
      List<Encoding> rows = tokens.rows(said);
      assertThat(rows).hasSize(1);
      // The line feed behind the last answer is not read.
      int read = rows.get(0).length();
      assertThat(rows.get(0).ids()).isEqualTo(Arrays.copyOf(ids, read));
      assertThat(rows.get(0).typeIds()).isEqualTo(Arrays.copyOf(mask, read));
      assertThat(mask.length - read).isEqualTo(1);
      assertThat(Arrays.stream(mask).sum()).isPositive();
      compared++;
    }
    assertThat(compared).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aLongConversationLosesItsBeginningThenTheEndOfItsLastAnswer() {
    Conversation said =
        Conversation.asking("one two three")
            .and(Role.ASSISTANT, "four")
            .and(Role.USER, "five")
            .and(Role.ASSISTANT, "six seven");
    Encoding whole = tokens.rows(said).get(0);
    int answer = whole.length() - ConversationTokens.lastAnswer(whole);
    Encoding fits = tokens.cut(whole, whole.length());
    assertThat(fits).isSameAs(whole);
    Encoding shorter = tokens.cut(whole, whole.length() - 3);
    assertThat(shorter.ids()).isEqualTo(Arrays.copyOfRange(whole.ids(), 3, whole.length()));
    assertThat(shorter.typeIds()).isEqualTo(Arrays.copyOfRange(whole.typeIds(), 3, whole.length()));
    Encoding cut = tokens.cut(whole, answer);
    int from = whole.length() - answer - 1;
    assertThat(cut.ids()).isEqualTo(Arrays.copyOfRange(whole.ids(), from, from + answer));
    assertThat(cut.typeIds()[0]).isZero();
    assertThat(Arrays.stream(cut.typeIds()).sum()).isEqualTo(answer - 1);
  }

  @Test
  void aConversationIsTheSameBehindItsOneString() {
    Conversation said = Conversation.asking("a \"b\"\n\u001e").and(Role.ASSISTANT, "日本 🙂");
    String joined = ConversationText.of(said);
    assertThat(ConversationText.is(joined)).isTrue();
    assertThat(ConversationText.read(joined)).isEqualTo(said);
    assertThat(Views.shown(joined)).isEqualTo(said.shown());
    assertThat(ConversationText.is("{\"a\": 1}")).isFalse();
    List<String> none = new ArrayList<>(List.of(""));
    assertThat(none).noneMatch(ConversationText::is);
  }
}
