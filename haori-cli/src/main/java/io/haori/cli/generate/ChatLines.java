package io.haori.cli.generate;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.StopKey;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of a conversation, one after the other: messages are answered, commands are done. */
final class ChatLines {
  private static final List<String> COMMANDS = List.of("/help", "/quit", "/reset", "/system");
  private static final String PROMPT = "> ";

  private final Session session;
  private final CommonOptions common;
  private final WritingSource.Talk chat;
  private final StopKey key;
  private final Console console;
  private final BufferedReader in;
  private final List<Map<String, Object>> answers = new ArrayList<>();
  private long tokens;
  private double seconds;
  private int unread;
  private boolean ended;

  ChatLines(Session session, CommonOptions common, WritingSource.Talk chat, StopKey key) {
    this.session = session;
    this.common = common;
    this.chat = chat;
    this.key = key;
    this.console = session.console();
    this.in = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
  }

  /**
   * Reads to the end of stdin or {@code /quit}.
   *
   * @return whether the person left in the middle of an answer
   */
  boolean run() throws IOException {
    for (String line = line(); line != null && !ended; line = ended ? null : line()) {
      String text = line.strip();
      if (text.isEmpty()) {
        continue;
      }
      if (text.startsWith("/") && !text.startsWith("//")) {
        command(text);
      } else {
        answer(text.startsWith("//") ? text.substring(1) : text);
      }
      if (key.leaving()) {
        return true;
      }
    }
    return false;
  }

  /** A line with those that continue it; null at the end of stdin. */
  private @Nullable String line() throws IOException {
    if (console.errIsTerminal() && !common.quiet) {
      console.err().print(PROMPT);
      console.err().flush();
    }
    String line = in.readLine();
    while (line != null && line.endsWith("\\")) {
      String more = in.readLine();
      line = line.substring(0, line.length() - 1) + "\n" + (more == null ? "" : more);
      if (more == null) {
        break;
      }
    }
    return line;
  }

  private void command(String text) {
    String[] parts = text.split("\\s+", 2);
    String rest = parts.length == 2 ? parts[1] : "";
    switch (parts[0]) {
      case "/quit" -> ended = true;
      case "/reset" -> {
        chat.begin(chat.system());
        session.note(common, "Forgotten.");
      }
      case "/system" -> {
        chat.begin(rest);
        session.note(common, rest.isEmpty() ? "No system message." : "Begun anew.");
      }
      case "/help" ->
          session.note(
              common,
              "/reset forgets what was said; /system TEXT says what the assistant is to be; /quit"
                  + " ends. // begins a message with /");
      default ->
          console.err().println("There is no command " + Nearest.missing(parts[0], COMMANDS));
    }
  }

  private void answer(String question) {
    Instant begun = session.clock().instant();
    Generated written;
    key.begin();
    try (Interruption interruption = Interruption.ofProcess(console)) {
      written = chat.answer(question, new Shown(interruption));
    } catch (UserError e) {
      // A message that is too long ends nothing: the next one may be shorter.
      console.err().println(e.getMessage());
      return;
    } finally {
      key.end();
    }
    console.out().println();
    seconds += session.secondsSince(begun);
    tokens += written.tokens();
    if (chat.unread() > unread) {
      session.note(
          common,
          String.format(
              Locale.ROOT,
              "The base has no room for all that was said: the first %d messages are not read.",
              chat.unread()));
    }
    unread = chat.unread();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("question", question);
    answer.put("text", written.text());
    answer.put("tokens", written.tokens());
    answer.put("promptTokens", written.promptTokens());
    answer.put("end", written.end().word());
    answers.add(answer);
  }

  /** What it took, for a person. */
  void note() {
    if (!answers.isEmpty()) {
      Double speed = speed();
      String quick = speed == null ? "" : String.format(Locale.ROOT, ", %,.1f a second", speed);
      session.note(
          common,
          answers.size() == 1
              ? String.format(Locale.ROOT, "1 answer of %,d tokens%s", tokens, quick)
              : String.format(
                  Locale.ROOT, "%,d answers of %,d tokens%s", answers.size(), tokens, quick));
    }
  }

  /** What was said, for a program. */
  JsonResult put(JsonResult json) {
    return json.put("answers", answers).put("tokens", tokens).put("tokensPerSecond", speed());
  }

  private @Nullable Double speed() {
    return seconds > 0 ? Math.round(tokens / seconds * 10) / 10.0 : null;
  }

  /** Shows each piece at once, but for blanks before the first. */
  private final class Shown implements GenerationListener {
    private final Interruption interruption;
    private boolean begun;

    Shown(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public void onText(int prompt, String piece) {
      String shown = begun ? piece : piece.stripLeading();
      begun |= !shown.isEmpty();
      console.out().print(shown);
      console.out().flush();
    }

    @Override
    public boolean cancelled() {
      return key.stopped() || interruption.requested();
    }
  }
}
