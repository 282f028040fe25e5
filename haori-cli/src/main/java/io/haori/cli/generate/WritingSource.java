package io.haori.cli.generate;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.core.check.UserError;
import io.haori.inference.generate.Chat;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What writes: a decoder in this process, or a server. */
interface WritingSource extends AutoCloseable {
  /**
   * Writes on from one prompt.
   *
   * @param prompt read as it is
   * @param settings what the text may become
   * @param listener hears it while it is written, as prompt 0
   */
  Generated write(String prompt, GenerationSettings settings, GenerationListener listener);

  /**
   * Writes on from the prompts of a file.
   *
   * @param prompts texts and conversations
   * @param settings what each text may become
   * @param together texts that are written at once at most; a server is asked for one at a time
   * @param listener hears the texts while they are written
   */
  void write(
      Prompts prompts, GenerationSettings settings, int together, GenerationListener listener);

  /**
   * A conversation in which nothing is said yet.
   *
   * @param settings of each answer
   */
  Talk talk(GenerationSettings settings);

  @Override
  void close();

  /** A conversation that grows by a question and its answer at a time. */
  interface Talk extends AutoCloseable {
    /** Forgets what was said, and says what the assistant is to be; null for nothing. */
    void begin(@Nullable String system);

    /** What the assistant is to be; null for nothing. */
    @Nullable String system();

    /** Messages at the beginning that the last answer was written without. */
    int unread();

    /** Asks; the listener hears the answer while it is written. */
    Generated answer(String question, GenerationListener listener);

    @Override
    void close();
  }

  /**
   * Opens what was chosen: the server of {@code --server}, else a base in this process.
   *
   * @param session what the command runs in
   * @param common may name the base
   * @param adapter a folder or a module of the registry or the server; null for the base alone
   * @param registry where modules are
   * @param remote already checked
   * @param command that needs it, for the message where nothing is named
   */
  static WritingSource open(
      Session session,
      CommonOptions common,
      @Nullable String adapter,
      RegistryAddress registry,
      RemoteOptions remote,
      String command) {
    String model = adapter == null ? common.base : adapter;
    if (model == null) {
      throw new UserError("--base is missing: haori " + command + " needs it, or --adapter");
    }
    return remote.server == null
        ? new Local(WritingBase.open(session, common, adapter, registry))
        : new RemoteWriting(remote.open(session.context()), model);
  }

  /**
   * A decoder in this process.
   *
   * @param opened owned
   */
  record Local(WritingBase opened) implements WritingSource {
    @Override
    public Generated write(
        String prompt, GenerationSettings settings, GenerationListener listener) {
      return opened.generator().generate(List.of(prompt), settings, listener).get(0);
    }

    @Override
    public void write(
        Prompts prompts, GenerationSettings settings, int together, GenerationListener listener) {
      opened.generator().write(prompts.of(opened), settings, together, listener);
    }

    @Override
    public Talk talk(GenerationSettings settings) {
      return new LocalTalk(
          new Chat(opened.generator(), opened.base().tokenizer(), opened.chatTemplate(), settings));
    }

    @Override
    public void close() {
      opened.close();
    }
  }

  /**
   * A conversation with a decoder in this process.
   *
   * @param chat owned
   */
  record LocalTalk(Chat chat) implements Talk {
    @Override
    public void begin(@Nullable String system) {
      chat.begin(system);
    }

    @Override
    public @Nullable String system() {
      return chat.system();
    }

    @Override
    public int unread() {
      return chat.unread();
    }

    @Override
    public Generated answer(String question, GenerationListener listener) {
      return chat.answer(question, listener);
    }

    @Override
    public void close() {
      chat.close();
    }
  }
}
