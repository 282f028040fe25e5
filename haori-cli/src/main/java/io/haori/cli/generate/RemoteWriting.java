package io.haori.cli.generate;

import static io.haori.core.check.Check.require;

import io.haori.cli.remote.RemoteModels;
import io.haori.client.write.ChatMessage;
import io.haori.client.write.WritingListener;
import io.haori.client.write.WritingOptions;
import io.haori.client.write.Written;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.Generated.End;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.model.chat.Conversation;
import io.haori.model.chat.Dialogue;
import io.haori.model.chat.Message;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server that writes. */
final class RemoteWriting implements WritingSource {
  private final RemoteModels models;
  private final String model;

  /**
   * Takes a server.
   *
   * @param models of the server
   * @param model a module without a head, or a base by its name
   */
  RemoteWriting(RemoteModels models, String model) {
    this.models = models;
    this.model = model;
  }

  @Override
  public Generated write(String prompt, GenerationSettings settings, GenerationListener listener) {
    return generated(
        models.complete(model, prompt, options(settings), new Heard(0, listener)), listener, 0);
  }

  @Override
  public void write(
      Prompts prompts, GenerationSettings settings, int together, GenerationListener listener) {
    for (int at = 0; at < prompts.lines().size() && !listener.cancelled(); at++) {
      Prompts.Line line = prompts.lines().get(at);
      Conversation asked = line.conversation();
      Heard heard = new Heard(at, listener);
      Written written;
      try {
        written =
            asked == null
                ? models.complete(model, line.text(), options(settings), heard)
                : models.answer(model, messages(asked.messages()), options(settings), heard);
      } catch (UserError e) {
        throw Check.at(
            prompts.name(), line.number(), Objects.requireNonNullElse(e.getMessage(), ""));
      }
      generated(written, listener, at);
    }
  }

  @Override
  public Talk talk(GenerationSettings settings) {
    return new RemoteTalk(settings);
  }

  private static Generated generated(Written written, GenerationListener listener, int prompt) {
    Generated generated =
        new Generated(
            written.text(),
            Math.toIntExact(written.promptTokens()),
            Math.toIntExact(written.tokens()),
            End.valueOf(written.end().toUpperCase(Locale.ROOT)));
    listener.onEnd(prompt, generated);
    return generated;
  }

  private static WritingOptions options(GenerationSettings settings) {
    require(
        settings.seed() == (int) settings.seed(),
        "--seed",
        "in [-2^31, 2^31) with --server",
        settings.seed());
    return new WritingOptions(
        settings.maxTokens(),
        settings.sampling().temperature(),
        settings.sampling().topP(),
        settings.sampling().topK(),
        settings.sampling().minP(),
        settings.sampling().repetitionPenalty(),
        settings.stop(),
        (int) settings.seed());
  }

  private static List<ChatMessage> messages(List<Message> said) {
    return said.stream()
        .map(one -> new ChatMessage(one.role().name().toLowerCase(Locale.ROOT), one.content()))
        .toList();
  }

  @Override
  public void close() {}

  /**
   * Hears a text as one of several.
   *
   * @param prompt its index
   * @param listener hears all of them
   */
  private record Heard(int prompt, GenerationListener listener) implements WritingListener {
    @Override
    public void onText(String piece) {
      listener.onText(prompt, piece);
    }

    @Override
    public boolean cancelled() {
      return listener.cancelled();
    }
  }

  /** A conversation that the server is sent whole with each question. */
  private final class RemoteTalk implements Talk {
    private final GenerationSettings settings;
    private final Dialogue said = new Dialogue();

    RemoteTalk(GenerationSettings settings) {
      this.settings = settings;
    }

    @Override
    public void begin(@Nullable String newSystem) {
      said.begin(newSystem);
    }

    @Override
    public @Nullable String system() {
      return said.system();
    }

    @Override
    public int unread() {
      return 0;
    }

    @Override
    public Generated answer(String question, GenerationListener listener) {
      GenerationSettings ours =
          new GenerationSettings(
              settings.maxTokens(),
              settings.sampling(),
              settings.stop(),
              settings.seed() + said.answers());
      List<Message> asked = said.asking(question, 0).messages();
      Written written =
          models.answer(model, messages(asked), options(ours), new Heard(0, listener));
      said.answered(question, written.text());
      return generated(written, listener, 0);
    }

    @Override
    public void close() {}
  }
}
