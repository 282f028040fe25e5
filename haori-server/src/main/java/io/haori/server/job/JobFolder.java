package io.haori.server.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one job.
 *
 * @param path where they are
 */
public record JobFolder(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFolder.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long LONGEST_LOG = 1_000_000;
  private static final long LONGEST_CURVE = 20_000_000;

  /** What is known of the job. */
  Path job() {
    return path.resolve("job.json");
  }

  /** Its settings, as the command reads them. */
  Path settings() {
    return path.resolve("settings.json");
  }

  /** What the command prints as its result. */
  Path result() {
    return path.resolve("result.json");
  }

  /** What the command writes. */
  public Path out() {
    return path.resolve("out");
  }

  /** Modules that were written out for it. */
  Path modules() {
    return path.resolve("modules");
  }

  /** What the module's answers look like on the test rows, with which live ones are compared. */
  Path drift() {
    return path.resolve("drift.json");
  }

  private Path log() {
    return path.resolve("log.txt");
  }

  private Path curve() {
    return path.resolve("curve.jsonl");
  }

  void write(Job job) {
    AtomicFiles.writeText(job(), text(job.stored()) + "\n");
  }

  static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  Job read() throws IOException {
    return Job.of(MAPPER.readTree(job().toFile()));
  }

  /** The result, an empty object where there is none. */
  public JsonNode readResult() {
    try {
      return Files.exists(result())
          ? MAPPER.readTree(result().toFile())
          : MAPPER.createObjectNode();
    } catch (IOException e) {
      throw FileFailures.unreadable(result(), e);
    }
  }

  /** A line for people. What a full disk does not take is left out. */
  void log(String line) {
    append(log(), line, LONGEST_LOG);
  }

  void curve(JobProgress progress) {
    append(curve(), text(progress.toMap()), LONGEST_CURVE);
  }

  private static void append(Path file, String line, long longest) {
    try {
      if (!Files.exists(file) || Files.size(file) < longest) {
        Files.writeString(
            file,
            line + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      LOG.debug("{} was not written", file, e);
    }
  }

  /** All lines of the log. */
  public String readLog() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw FileFailures.unreadable(log(), e);
    }
  }

  /** Values of the last task that had some, in their order; at most as many as are wanted. */
  public List<JobProgress> readCurve(int most) {
    List<JobProgress> all = new ArrayList<>();
    try {
      if (Files.exists(curve())) {
        for (String line : Files.readAllLines(curve())) {
          JobProgress one = JobProgress.of(MAPPER.readTree(line));
          if (!all.isEmpty()
              && (!all.get(0).task().equals(one.task())
                  || one.done() <= all.get(all.size() - 1).done())) {
            all.clear();
          }
          all.add(one);
        }
      }
    } catch (IOException e) {
      // A line that a crash cut short ends the curve.
      LOG.debug("{} was not read to its end", curve(), e);
    }
    int step = Math.max(1, (all.size() + most - 1) / most);
    List<JobProgress> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i += step) {
      some.add(all.get(i));
    }
    return some;
  }

  /** Deletes all of it; without its first file it is no job any more. */
  void delete() {
    try {
      Files.deleteIfExists(job());
    } catch (IOException e) {
      throw FileFailures.unwritable(path, e);
    }
    AtomicFiles.delete(path);
  }

  /** The page that the command wrote, where there is one. */
  public Path report() {
    return out().resolve("report.html");
  }
}
