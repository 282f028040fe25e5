package io.haori.server.job;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.server.child.ChildCommands;
import io.haori.server.child.ChildProcess;
import io.haori.server.child.FieldNames;
import io.haori.server.data.DataSets;
import io.haori.server.data.DataVersion;
import io.haori.server.data.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs one job from its first argument to its version. */
final class JobRun {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int DONE = 0;
  private static final int USER = 2;

  private final ChildCommands commands;
  private final JobCommand written;
  private final Registering registering;
  private final DataSets data;
  private final Path folder;
  private final Registry registry;

  JobRun(ChildCommands commands, DataSets data, Registry registry, Path folder) {
    this.commands = commands;
    this.data = data;
    this.folder = folder;
    this.registry = registry;
    written = new JobCommand(data, registry);
    registering = new Registering(registry);
  }

  /**
   * How a job ended.
   *
   * @param isDone whether its result is there
   * @param sentence why it is not
   * @param version that came of it; null where none did
   */
  record Outcome(boolean isDone, String sentence, @Nullable VersionId version) {
    static Outcome failed(String sentence) {
      return new Outcome(false, sentence, null);
    }
  }

  /**
   * Refuses what could not be run, before it waits.
   *
   * @param request of a job
   * @param account of who wants it
   */
  void check(JobRequest request, String account) {
    Members.check(registry.as(account), data, request);
    if (request.kind() == JobKind.ANOMALY) {
      DataVersion read = data.find(request.data().get(0).toString());
      require(
          read.ofPictures(),
          "data",
          "pictures for " + request.kind().word(),
          read.id() + ", which are texts");
    }
  }

  /** Refuses what reads data that are not there any more. */
  void requireData(JobRequest request) {
    request.data().forEach(id -> data.find(id.toString()));
  }

  /**
   * Runs a job, or what is left of it.
   *
   * @param job in the state running
   * @param files of it
   * @param started hears of the process
   * @param progress hears how far it is
   */
  Outcome run(
      Job job,
      JobFolder files,
      BiConsumer<Job, ChildProcess> started,
      Consumer<JobProgress> progress)
      throws InterruptedException {
    if (!Files.exists(files.result())) {
      Said said = new Said(job, files, progress);
      ChildProcess process =
          commands.start(
              written.arguments(job, files),
              Map.of("HAORI_DRIFT_PROFILE", files.drift().toString()),
              said::line);
      started.accept(job, process);
      int code = process.await();
      if (code != DONE) {
        return Outcome.failed(said.sentence(code));
      }
      // Where files lie on the server is nobody's business.
      String result = process.out().strip().replace(files.path() + "/", "");
      AtomicFiles.writeText(files.result(), result + "\n");
    }
    requireJson(files);
    VersionId version = null;
    if (job.request().kind().makesModule()) {
      version = registering.add(job, files);
    } else {
      registering.record(job, files);
    }
    return new Outcome(true, "", version);
  }

  private static void requireJson(JobFolder files) {
    try {
      JsonNode json = MAPPER.readTree(files.result().toFile());
      if (json.isObject()) {
        return;
      }
      Files.delete(files.result());
    } catch (IOException e) {
      throw FileFailures.unreadable(files.result(), e);
    }
    throw new IllegalStateException(files.result() + " is no result");
  }

  /** What the process says on stderr: progress, or a line of the log. */
  private final class Said {
    private final Job job;
    private final JobFolder files;
    private final Consumer<JobProgress> progress;
    private String last = "";

    Said(Job job, JobFolder files, Consumer<JobProgress> progress) {
      this.job = job;
      this.files = files;
      this.progress = progress;
    }

    void line(String line) {
      JobProgress now = JobProgress.parse(line).orElse(null);
      if (now != null) {
        progress.accept(now);
        if (now.value() != null) {
          files.curve(now);
        }
        return;
      }
      String shown = shown(line);
      files.log(shown);
      if (!shown.isBlank() && !shown.startsWith("See haori ")) {
        synchronized (this) {
          last = shown.strip();
        }
      }
    }

    /** A line that names data, files and settings of the job as people know them. */
    private String shown(String line) {
      String shown = line;
      for (VersionId id : job.request().data()) {
        Path file = data.find(id.toString()).file();
        shown = shown.replace(file.toString(), id.toString());
        shown = shown.replace(Reading.labelFile(file).toString(), "labels");
        shown = shown.replace(String.valueOf(file.getFileName()) + ":", id + ":");
      }
      for (Path place : List.of(files.path(), folder)) {
        shown = shown.replace(place + "/", "");
      }
      return FieldNames.inPlaceOfFlags(shown);
    }

    synchronized String sentence(int code) {
      return code == USER && !last.isEmpty()
          ? last
          : "The process of the job ended with the code "
              + code
              + (last.isEmpty() ? "" : "; its last line was: " + last);
    }
  }
}
