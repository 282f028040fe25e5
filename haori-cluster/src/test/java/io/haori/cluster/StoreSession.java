package io.haori.cluster;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A store in a process of its own, which answers each line of its input with a line: {@code put
 * NAME SIZE}, {@code half NAME SIZE} and {@code fail NAME SIZE} (stops or fails half-way), {@code
 * has NAME}, {@code digest NAME}, {@code race NAME SIZE} (several writers and a reader).
 */
final class StoreSession {
  private static final int PART = 1 << 20;
  private static final int WRITERS = 4;

  private final SharedStore store;
  private final PrintStream out;

  private StoreSession(SharedStore store, PrintStream out) {
    this.store = store;
    this.out = out;
  }

  /** Serves the store of the first argument; what Hadoop is to know is in system properties. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      SharedStore store = SharedStore.open(arguments[0], configuration);
      StoreSession session = new StoreSession(store, out);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(session.answer(line.split(" ", -1)));
      }
    } catch (UserError e) {
      out.println(e.getMessage());
    }
  }

  private String answer(String[] words) throws IOException {
    String name = words[1];
    int size = words.length > 2 ? Integer.parseInt(words[2]) : 0;
    try {
      return switch (words[0]) {
        case "has" -> String.valueOf(store.has(name));
        case "digest" -> digest(name);
        case "put" -> put(name, stream -> stream.write(bytes(size)));
        case "half" -> put(name, stream -> standStill(stream, size));
        case "fail" -> put(name, stream -> failHalfWay(stream, size));
        case "race" -> race(name, size);
        default -> throw new IllegalArgumentException(words[0]);
      };
    } catch (UserError e) {
      return e.getMessage();
    }
  }

  private String put(String name, SharedStore.Writer writer) {
    store.put(name, writer);
    return "done";
  }

  /** What is written: the same bytes for the same size. */
  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  private String digest(String name) throws IOException {
    try (var in = store.open(name)) {
      return Sha256.of(in.readAllBytes());
    }
  }

  private void standStill(OutputStream stream, int size) throws IOException {
    byte[] half = Arrays.copyOf(bytes(size), size / 2);
    for (int from = 0; from < half.length; from += PART) {
      stream.write(half, from, Math.min(PART, half.length - from));
    }
    stream.flush();
    out.println("half");
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As a zip does whose files cannot be read: it closes what it writes to. */
  private static void failHalfWay(OutputStream stream, int size) throws IOException {
    try (stream) {
      stream.write(bytes(size), 0, size / 2);
      throw new IOException("no space left");
    }
  }

  /** Several attempts at one run end at once, and somebody reads as soon as it is there. */
  private String race(String name, int size) throws IOException {
    byte[] content = bytes(size);
    CountDownLatch all = new CountDownLatch(WRITERS);
    List<String> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  store.put(
                      name,
                      stream -> {
                        stream.write(content);
                        // All of them have found nothing of the name.
                        all.countDown();
                        await(all);
                      });
                } catch (RuntimeException e) {
                  synchronized (failures) {
                    failures.add("writer: " + e);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    String wanted = Sha256.of(content);
    int reads = 0;
    boolean writing = true;
    while (writing || reads < 10) {
      writing = threads.stream().anyMatch(Thread::isAlive);
      if (store.has(name)) {
        reads++;
        String got = digest(name);
        if (!got.equals(wanted)) {
          return "reader: " + got;
        }
      }
    }
    synchronized (failures) {
      return failures.isEmpty() ? "done" : failures.toString();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
