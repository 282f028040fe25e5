package io.haori.server.api.work;

import io.haori.server.api.request.Json;
import io.haori.server.job.Job;
import io.haori.server.job.JobProgress;
import io.haori.server.job.Jobs;
import io.haori.server.problem.Refused;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * How a job goes, as server-sent events: {@code event: job} with the job and its progress whenever
 * something changed, at most four times a second, until it is over. Everybody who watches has a
 * thread of their own, so that one who reads slowly holds up nobody.
 */
public final class JobEvents {
  private static final int MOST_WATCHERS = 32;
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 250;

  private final Semaphore free = new Semaphore(MOST_WATCHERS);

  /** With nobody watching yet. */
  public JobEvents() {}

  /**
   * Sends events until the job is over, the server stops or the reader goes.
   *
   * @param context of the request; who asks may look at the job
   * @param jobs of the server
   * @param id of the job
   * @throws Refused when too many watch
   */
  public void send(Context context, Jobs jobs, String id) {
    if (!free.tryAcquire()) {
      throw Refused.busy("At most " + MOST_WATCHERS + " may watch jobs at once", 5);
    }
    context.contentType("text/event-stream; charset=utf-8");
    context.header("Cache-Control", "no-store");
    context.header("X-Accel-Buffering", "no");
    CompletableFuture<Void> over = new CompletableFuture<>();
    context.future(
        () -> {
          Thread thread = new Thread(() -> watch(context, jobs, id, over), "haori-events");
          thread.setDaemon(true);
          thread.start();
          return over;
        });
  }

  private void watch(Context context, Jobs jobs, String id, CompletableFuture<Void> over) {
    try {
      OutputStream out = context.res().getOutputStream();
      String before = "";
      long seen = -1;
      while (true) {
        seen = jobs.await(seen, BEAT);
        Job job = jobs.get(id);
        String now = line(job, jobs.progress(id).orElse(null));
        // A comment now and then keeps what lies between from closing the connection.
        write(out, now.equals(before) ? ":\n\n" : "event: job\ndata: " + now + "\n\n");
        before = now;
        if (job.state().isOver() || jobs.isClosed()) {
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      // The reader is gone.
      return;
    } finally {
      free.release();
      over.complete(null);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String line(Job job, @Nullable JobProgress progress) {
    return new String(Json.bytes(shown(job, progress)), StandardCharsets.UTF_8);
  }

  /** A job with its progress. */
  static Map<String, @Nullable Object> shown(Job job, @Nullable JobProgress progress) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>(job.toMap());
    map.put("progress", progress == null ? null : progress.toMap());
    return map;
  }
}
