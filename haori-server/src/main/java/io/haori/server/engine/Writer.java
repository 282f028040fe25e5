package io.haori.server.engine;

import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Prompt;
import io.haori.inference.model.TextBase;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A base with its modules while one request's texts are written. */
public final class Writer {
  /** Requests of one base that are written at once. */
  static final int THREADS = 2;

  /** Texts of a request that are written at once. */
  private static final int TOGETHER = 16;

  /** Nobody waits longer for a text. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final TextBase base;
  private final Generator generator;
  private final BooleanSupplier closing;
  private final long end = System.nanoTime() + LONGEST.toNanos();

  /** With what says that the server ends. */
  Writer(TextBase base, Generator generator, BooleanSupplier closing) {
    this.base = base;
    this.generator = generator;
    this.closing = closing;
  }

  /** Threads that write on a base. */
  static ExecutorService threads(String base) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        THREADS,
        task -> {
          Thread thread =
              new Thread(task, "haori-writing-" + base + "-" + number.getAndIncrement());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Waits until nobody uses the base any more. */
  static void await(ExecutorService writers) {
    writers.shutdown();
    boolean interrupted = false;
    while (!writers.isTerminated()) {
      try {
        var unused = writers.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A text as a prompt. */
  public Prompt prompt(String text) {
    return Prompt.of(base.tokenizer(), text);
  }

  /**
   * A conversation as a prompt.
   *
   * @throws io.haori.core.check.UserError when the base has no chat template, or it refuses it
   */
  public Prompt prompt(Conversation conversation) {
    return Prompt.of(base.tokenizer(), ChatTemplate.required(base.tokenizer()), conversation);
  }

  /**
   * Refuses a prompt that cannot be written on from.
   *
   * @throws io.haori.core.check.UserError when it is empty or too long
   */
  public void check(Prompt prompt) {
    generator.check(prompt);
  }

  /**
   * Writes.
   *
   * @param prompts at least one
   * @param settings what each text may become
   * @param listener hears the texts while they are written, and may end them
   */
  public List<Generated> write(
      List<Prompt> prompts, GenerationSettings settings, GenerationListener listener) {
    GenerationListener bounded =
        new GenerationListener() {
          @Override
          public void onText(int prompt, String piece) {
            listener.onText(prompt, piece);
          }

          @Override
          public void onEnd(int prompt, Generated written) {
            listener.onEnd(prompt, written);
          }

          @Override
          public boolean cancelled() {
            return closing.getAsBoolean() || System.nanoTime() > end || listener.cancelled();
          }
        };
    return generator.write(prompts, settings, Math.min(TOGETHER, prompts.size()), bounded);
  }
}
