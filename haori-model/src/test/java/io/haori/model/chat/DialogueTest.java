package io.haori.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a conversation grows. */
class DialogueTest {
  @Test
  void whatWasAnsweredIsPartOfTheNextQuestion() {
    Dialogue dialogue = new Dialogue();
    dialogue.begin("Be short.");
    assertThat(dialogue.asking("one?", 0).shown()).isEqualTo("system: Be short.\nuser: one?");
    dialogue.answered("one?", " 1 ");
    dialogue.answered("two?", "  ");
    assertThat(dialogue.answers()).isEqualTo(2);
    assertThat(dialogue.messages()).hasSize(2);
    assertThat(dialogue.asking("three?", 0).shown())
        .isEqualTo("system: Be short.\nuser: one?\nassistant: 1\nuser: three?");
    assertThat(dialogue.asking("three?", 2).shown()).isEqualTo("system: Be short.\nuser: three?");
  }

  @Test
  void itBeginsAnew() {
    Dialogue dialogue = new Dialogue();
    dialogue.answered("one?", "1");
    dialogue.begin(" ");
    assertThat(dialogue.system()).isNull();
    assertThat(dialogue.messages()).isEmpty();
    assertThat(dialogue.answers()).isEqualTo(1);
    assertThat(dialogue.asking("two?", 0).shown()).isEqualTo("user: two?");
  }
}
