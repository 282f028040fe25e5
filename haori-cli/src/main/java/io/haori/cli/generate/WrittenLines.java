package io.haori.cli.generate;

import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.model.chat.Conversation;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints each text as one JSON object a line, in the order of the prompts, as early as it can. */
final class WrittenLines implements GenerationListener {
  private final Prompts prompts;
  private final PrintStream out;
  private final Progress progress;
  private final Interruption interruption;
  private final @Nullable Generated[] ended;
  private int next;
  private int done;
  private long tokens;

  WrittenLines(Prompts prompts, PrintStream out, Progress progress, Interruption interruption) {
    this.prompts = prompts;
    this.out = out;
    this.progress = progress;
    this.interruption = interruption;
    this.ended = new Generated[prompts.lines().size()];
  }

  @Override
  public void onText(int prompt, String piece) {}

  @Override
  public void onEnd(int prompt, Generated written) {
    ended[prompt] = written;
    tokens += written.tokens();
    progress.at(++done, String.format("%,d tokens", tokens));
    for (Generated first = first(); first != null; first = first()) {
      // What was not begun when somebody interrupted has nothing to show.
      if (first.tokens() > 0) {
        out.println(JsonResult.line(line(prompts.lines().get(next), first)));
      }
      next++;
    }
    out.flush();
  }

  private @Nullable Generated first() {
    return next < ended.length ? ended[next] : null;
  }

  private static Map<String, Object> line(Prompts.Line given, Generated written) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("line", given.number());
    Conversation asked = given.conversation();
    if (asked == null) {
      line.put("prompt", given.text());
    } else {
      line.put("messages", asked.toList());
    }
    line.put("text", written.text());
    line.put("tokens", written.tokens());
    line.put("promptTokens", written.promptTokens());
    line.put("end", written.end().word());
    return line;
  }

  /** Tokens of all texts so far. */
  long tokens() {
    return tokens;
  }

  @Override
  public boolean cancelled() {
    return interruption.requested();
  }
}
