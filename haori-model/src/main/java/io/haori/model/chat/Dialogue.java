package io.haori.model.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that grows by a question and its answer at a time, whoever answers. A question
 * without an answer is forgotten.
 */
public final class Dialogue {
  private final List<Message> said = new ArrayList<>();
  private @Nullable String system;
  private int answers;

  /**
   * Forgets what was said, and says what the assistant is to be.
   *
   * @param newSystem null or blank for nothing
   */
  public void begin(@Nullable String newSystem) {
    said.clear();
    system = newSystem == null || newSystem.isBlank() ? null : newSystem;
  }

  /** What the assistant is to be; null for nothing. */
  public @Nullable String system() {
    return system;
  }

  /** What was said, without the system's message. */
  public List<Message> messages() {
    return List.copyOf(said);
  }

  /** How often somebody answered, also before it began anew. */
  public int answers() {
    return answers;
  }

  /**
   * What is to be answered.
   *
   * @param question not blank
   * @param from how many of the oldest messages are left out; even
   */
  public Conversation asking(String question, int from) {
    List<Message> asked = new ArrayList<>();
    if (system != null) {
      asked.add(new Message(Role.SYSTEM, system));
    }
    asked.addAll(said.subList(from, said.size()));
    asked.add(new Message(Role.USER, question));
    return new Conversation(asked);
  }

  /**
   * Takes an answer.
   *
   * @param question that was asked
   * @param answer as it was written; a blank one is none
   */
  public void answered(String question, String answer) {
    answers++;
    if (!answer.isBlank()) {
      said.add(new Message(Role.USER, question));
      said.add(new Message(Role.ASSISTANT, answer.strip()));
    }
  }
}
