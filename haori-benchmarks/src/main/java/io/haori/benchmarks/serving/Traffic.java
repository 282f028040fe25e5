package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.benchmarks.serving.Asker.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** One client that asks for this and that, and looks at each answer. */
final class Traffic implements AskingLoop.Step {
  static final String FOOD = "food";
  static final String MIX = "food@1 with plant@1";
  private static final int MOST_TEXTS = 3;

  /** Between two of its requests, in milliseconds. */
  static final long PAUSE = 200;

  private final ServedModules modules;
  private final ExpectedAnswers expected;
  private final LiveHistory history;
  private final FeedbackGiver feedback;
  private final Map<Integer, double[]> vectors;
  private final Tally tally;
  private final SplittableRandom random;
  private final int cold;

  /**
   * A client.
   *
   * @param modules that are served
   * @param expected what they answer
   * @param history which was live when
   * @param feedback gives some answers their true label
   * @param vectors of texts that were answered first, which later ones must equal
   * @param tally counts
   * @param random decides what is asked
   * @param cold number of the modules cold0, cold1, …
   */
  Traffic(
      ServedModules modules,
      ExpectedAnswers expected,
      LiveHistory history,
      FeedbackGiver feedback,
      ConcurrentHashMap<Integer, double[]> vectors,
      Tally tally,
      SplittableRandom random,
      int cold) {
    this.modules = modules;
    this.expected = expected;
    this.history = history;
    this.feedback = feedback;
    this.vectors = vectors;
    this.tally = tally;
    this.random = random;
    this.cold = cold;
  }

  @Override
  public void ask(ServerLife life) throws InterruptedException {
    try {
      int kind = random.nextInt(100);
      if (kind < 45) {
        classify(life, Map.of("model", FOOD + "@live"), "");
      } else if (kind < 60) {
        String name = "cold" + random.nextInt(cold) + "@1";
        classify(life, Map.of("model", name), name);
      } else if (kind < 72) {
        classify(life, mix(), MIX);
      } else if (kind < 80) {
        embed(life);
      } else if (kind < 88) {
        refused(life);
      } else {
        feedback.give(life);
      }
    } catch (IOException e) {
      if (life.isOver()) {
        tally.count("requests cut by a kill");
      } else {
        tally.fault("no answer", String.valueOf(e));
      }
    } catch (RuntimeException e) {
      tally.fault("not understood", String.valueOf(e));
    }
  }

  private static Map<String, Object> mix() {
    return Map.of(
        "mix",
        List.of(
            Map.of("model", "food@1", "weight", 0.7), Map.of("model", "plant@1", "weight", 0.3)),
        "head",
        "food@1");
  }

  private void classify(ServerLife life, Map<String, Object> who, String wanted)
      throws IOException, InterruptedException {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1 + random.nextInt(MOST_TEXTS); i > 0; i--) {
      numbers.add(random.nextInt(expected.texts().size()));
    }
    Map<String, Object> body = new LinkedHashMap<>(who);
    body.put("input", numbers.stream().map(expected.texts()::get).toList());
    long asked = System.nanoTime();
    Answer answer = life.asker().post("/v1/classify", body);
    long answered = System.nanoTime();
    tally.count("classify");
    if (answer.status() != 200) {
      tally.fault("refused", who + " " + answer.detail());
      return;
    }
    String version = answer.json().path("module").asText() + "@" + answer.json().path("version");
    String name = wanted.isEmpty() ? version : wanted;
    if (!wanted.isEmpty() && !wanted.equals(MIX) && !wanted.equals(version)) {
      tally.fault("another version", version + " in place of " + wanted);
    }
    if (!modules.digest(version).equals(answer.json().path("digest").asText())) {
      tally.fault("another digest", answer.json().toString());
    }
    if (wanted.isEmpty()) {
      fit(answer.json().path("version").asInt(), asked, answered);
    }
    JsonNode data = answer.json().path("data");
    if (data.size() != numbers.size()) {
      tally.fault("rows missing", answer.json().toString());
      return;
    }
    for (int i = 0; i < data.size(); i++) {
      JsonNode row = data.get(i);
      if (!expected.fits(
          name, numbers.get(i), row.path("label").asText(), row.path("probability").asDouble())) {
        tally.fault("wrong answer", name + " text " + numbers.get(i) + " " + row);
      }
    }
    feedback.remember(life, answer.json(), wanted.equals(MIX) ? MIX : version, answered);
  }

  private void fit(int version, long asked, long answered) {
    switch (history.fit(version, asked, answered)) {
      case RIGHT -> {}
      case LATE -> tally.count("served more than a second after the change");
      case WRONG -> tally.fault("not live", FOOD + "@" + version);
    }
  }

  private void embed(ServerLife life) throws IOException, InterruptedException {
    int text = random.nextInt(expected.texts().size());
    Answer answer =
        life.asker()
            .post(
                "/v1/embeddings", Map.of("model", "plant@1", "input", expected.texts().get(text)));
    tally.count("embeddings");
    if (answer.status() != 200) {
      tally.fault("refused", answer.detail());
      return;
    }
    JsonNode numbers = answer.json().at("/data/0/embedding");
    double[] vector = new double[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).asDouble();
    }
    double[] first = vectors.putIfAbsent(text, vector);
    for (int i = 0; first != null && i < vector.length; i++) {
      if (Math.abs(first[i] - vector[i]) > 1e-3) {
        tally.fault("another vector", "text " + text);
        return;
      }
    }
  }

  /** What is not there must be refused, and never be answered by something else. */
  private void refused(ServerLife life) throws IOException, InterruptedException {
    String name = random.nextBoolean() ? "nothing@live" : FOOD + "@99";
    Answer answer = life.asker().post("/v1/classify", Map.of("model", name, "input", "pump"));
    tally.count("refused as it must be");
    if (answer.status() != 404) {
      tally.fault("not refused", name + " " + answer.status());
    }
  }
}
