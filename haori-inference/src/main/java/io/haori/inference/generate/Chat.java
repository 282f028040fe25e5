package io.haori.inference.generate;

import io.haori.core.check.UserError;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Dialogue;
import io.haori.model.chat.Message;
import io.haori.model.text.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a decoder that grows by a question and its answer at a time. A conversation
 * that the base has no room for is read without its oldest questions and answers. What was read and
 * written is not read again: its keys and values stay in memory until the end. Not safe for several
 * threads.
 *
 * <pre>{@code
 * try (Chat chat = new Chat(generator, base.tokenizer(), template, settings)) {
 *   chat.answer("Pump P-101 leaks.", GenerationListener.SILENT).text();
 *   chat.answer("And then?", GenerationListener.SILENT).text();
 * }
 * }</pre>
 */
public final class Chat implements AutoCloseable {
  private final Generator generator;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final GenerationSettings settings;
  private final ReadText read;
  private final Dialogue said = new Dialogue();
  private int unread;

  /**
   * A conversation in which nothing is said yet.
   *
   * @param generator writes the answers
   * @param tokenizer of its base
   * @param template of its base
   * @param settings of each answer; draws begin anew at each
   */
  public Chat(
      Generator generator,
      Tokenizer tokenizer,
      ChatTemplate template,
      GenerationSettings settings) {
    this.generator = generator;
    this.read = generator.nothingRead();
    this.tokenizer = tokenizer;
    this.template = template;
    this.settings = settings;
  }

  /**
   * Forgets what was said, and says what the assistant is to be.
   *
   * @param newSystem null or blank for nothing
   */
  public void begin(@Nullable String newSystem) {
    said.begin(newSystem);
    unread = 0;
  }

  /** What the assistant is to be; null for nothing. */
  public @Nullable String system() {
    return said.system();
  }

  /** What was said, without the system's message. */
  public List<Message> messages() {
    return said.messages();
  }

  /** Messages at the beginning that the last answer was written without. */
  public int unread() {
    return unread;
  }

  /**
   * Asks. An answer that was broken off is kept as far as it came; a question without one is
   * forgotten.
   *
   * @param question not blank
   * @param listener hears the answer while it is written, as prompt 0
   * @throws UserError when the question alone is too long, or the template refuses it
   */
  public Generated answer(String question, GenerationListener listener) {
    Prompt prompt = fitting(question);
    GenerationSettings ours =
        new GenerationSettings(
            settings.maxTokens(),
            settings.sampling(),
            settings.stop(),
            settings.seed() + said.answers());
    Generated written = generator.write(prompt, ours, read, listener);
    said.answered(question, written.text());
    return written;
  }

  /** The prompt of the newest messages that there is room for, with some for the answer. */
  private Prompt fitting(String question) {
    int room = generator.positions() - Math.min(settings.maxTokens(), generator.positions() / 4);
    int all = said.messages().size();
    for (int from = 0; ; from += 2) {
      Prompt prompt = Prompt.of(tokenizer, template, said.asking(question, from));
      unread = from;
      if (prompt.length() <= room || from >= all) {
        generator.check(prompt);
        return prompt;
      }
    }
  }

  @Override
  public void close() {
    read.close();
  }
}
