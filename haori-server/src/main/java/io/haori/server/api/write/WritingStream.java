package io.haori.server.api.write;

import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.server.api.request.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Sends texts while they are written, as server-sent events; {@code data: [DONE]} is the last. A
 * reader who is gone ends the writing.
 */
final class WritingStream implements GenerationListener {
  private final OutputStream out;
  private final WritingAnswer answer;
  private boolean begun;
  private boolean gone;

  private WritingStream(OutputStream out, WritingAnswer answer) {
    this.out = out;
    this.answer = answer;
  }

  /** Begins, once nothing can be refused any more. */
  static WritingStream begin(Context context, WritingAnswer answer) {
    context.contentType("text/event-stream; charset=utf-8");
    context.header("Cache-Control", "no-store");
    context.header("X-Accel-Buffering", "no");
    try {
      WritingStream stream = new WritingStream(context.res().getOutputStream(), answer);
      if (answer.chat()) {
        stream.send(answer.role());
      }
      return stream;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onText(int prompt, String piece) {
    // The blank before an answer is none of the answer's.
    String shown = answer.chat() && !begun ? piece.stripLeading() : piece;
    if (!shown.isEmpty()) {
      begun = true;
      send(answer.piece(prompt, shown));
    }
  }

  @Override
  public void onEnd(int prompt, Generated written) {
    send(answer.end(prompt, written));
  }

  @Override
  public boolean cancelled() {
    return gone;
  }

  /** Ends, perhaps with how many tokens there were. */
  void end(List<Generated> written, boolean usage) {
    if (usage) {
      send(answer.usageEvent(written));
    }
    write("data: [DONE]\n\n");
  }

  private void send(Map<String, ?> event) {
    write("data: " + new String(Json.bytes(event), StandardCharsets.UTF_8) + "\n\n");
  }

  private void write(String text) {
    if (gone) {
      return;
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException | RuntimeException e) {
      gone = true;
    }
  }
}
