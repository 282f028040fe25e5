package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.benchmarks.serving.Asker.Answer;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.name.ModuleName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Uploads data and starts trainings, and knows which of them the server has confirmed. */
final class WorkGiver implements AskingLoop.Step {
  private static final String DATA = "orders";
  private static final String MADE = "made";
  private static final int ROWS = 240;

  /** Between two of its requests, in milliseconds. */
  static final long PAUSE = 20_000;

  private static final List<String> OVER = List.of("done", "failed", "cancelled");

  private final Tally tally;
  private final SplittableRandom random;
  private final Map<String, String> data = new TreeMap<>();
  private final Map<String, String> jobs = new TreeMap<>();
  private boolean jobCut;

  WorkGiver(Tally tally, SplittableRandom random) {
    this.tally = tally;
    this.random = random;
  }

  @Override
  public void ask(ServerLife life) throws InterruptedException {
    String step = "upload";
    try {
      String text = rows(random, ROWS);
      Answer uploaded = life.asker().put("/v1/data/" + DATA + "?file=orders.csv", text);
      if (uploaded.status() != 201) {
        tally.fault("upload refused", uploaded.detail());
        return;
      }
      String id = uploaded.json().path("id").asText();
      synchronized (this) {
        if (data.put(id, digest(text)) != null) {
          tally.fault("a version of data was given twice", id);
        }
      }
      tally.count("uploads");
      step = "job";
      Map<String, Object> settings = Map.of("method", "lora", "training.epochs", 1);
      Answer started =
          life.asker()
              .post(
                  "/v1/jobs",
                  Map.of("kind", "tune", "name", MADE, "data", id, "settings", settings));
      if (started.status() != 202) {
        tally.fault("job refused", started.detail());
        return;
      }
      synchronized (this) {
        jobs.put(started.json().path("id").asText(), id);
      }
      tally.count("jobs");
    } catch (IOException e) {
      if (!life.isOver()) {
        tally.fault("no answer to an " + step, String.valueOf(e));
        return;
      }
      tally.count("requests cut by a kill");
      synchronized (this) {
        jobCut |= step.equals("job");
      }
    }
  }

  /** A table of texts with two labels, other ones each time. */
  static String rows(SplittableRandom random, int rows) {
    StringBuilder text = new StringBuilder("text,label\n");
    for (int i = 0; i < rows; i++) {
      String thing = i % 2 == 0 ? "pump" : "valve";
      text.append("the ").append(thing).append(" of line ").append(random.nextInt(1_000_000));
      text.append(i % 2 == 0 ? " leaks," : " sticks,").append(thing).append('\n');
    }
    return text.toString();
  }

  private static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a server has all that others before it confirmed. */
  synchronized void check(Asker asker) throws IOException, InterruptedException {
    for (Map.Entry<String, String> one : data.entrySet()) {
      Answer found = asker.get("/v1/data/" + one.getKey());
      if (!found.json().path("digest").asText().equals(one.getValue())) {
        tally.fault("data lost", one.getKey() + " " + found.detail());
      }
    }
    Map<String, JsonNode> there = list(asker);
    for (String job : jobs.keySet()) {
      JsonNode found = there.get(job);
      if (found == null) {
        tally.fault("job lost", job);
      } else if (found.path("state").asText().equals("failed")) {
        tally.fault("job failed", found.toString());
      }
    }
    tally.count("checks of data and jobs");
  }

  private static Map<String, JsonNode> list(Asker asker) throws IOException, InterruptedException {
    Map<String, JsonNode> jobs = new TreeMap<>();
    asker
        .get("/v1/jobs")
        .json()
        .path("data")
        .forEach(one -> jobs.put(one.path("id").asText(), one));
    return jobs;
  }

  /** Waits until no job runs or waits. */
  static void awaitJobs(Asker asker) throws IOException, InterruptedException {
    while (list(asker).values().stream()
        .anyMatch(one -> !OVER.contains(one.path("state").asText()))) {
      Thread.sleep(500);
    }
  }

  /** Compares the versions that the registry holds with the jobs that made them. */
  synchronized void checkVersions(Asker asker, Registry registry)
      throws IOException, InterruptedException {
    Map<String, String> versions = new TreeMap<>();
    for (JsonNode job : list(asker).values()) {
      String version = job.path("version").asText();
      String other = versions.put(version, job.path("id").asText());
      if (other != null) {
        tally.fault("two jobs with one version", version);
      }
      if (!jobCut && !jobs.containsKey(job.path("id").asText())) {
        tally.fault("a job that nobody started", job.toString());
      }
    }
    if (versions.isEmpty()) {
      return;
    }
    for (VersionView view : registry.modules().versions(new ModuleName(MADE))) {
      String id = view.version().id().toString();
      if (versions.remove(id) == null) {
        tally.fault("a version of no job", id);
      }
      if (registry.lifeCycle().evaluations(view.version().id()).size() != 1) {
        tally.fault("a version without its scores", id);
      }
      if (registry.watch().reference(view.version().id()).isEmpty()) {
        tally.fault("a version without its reference for drift", id);
      }
    }
    versions.forEach((version, job) -> tally.fault("no version of a job", version + " " + job));
  }
}
