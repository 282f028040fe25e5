package io.haori.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.text.Classification;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads answers. Members that this version does not know are passed over. */
final class Answers {
  private Answers() {}

  static AnsweredBy by(JsonNode json) {
    List<AnsweredBy.Weighted> modules = new ArrayList<>();
    for (JsonNode one : json.path("modules")) {
      modules.add(
          new AnsweredBy.Weighted(
              one.path("module").asText(),
              one.path("version").asInt(),
              one.path("digest").asText(),
              one.path("weight").asDouble()));
    }
    return new AnsweredBy(
        json.path("id").asText(),
        json.path("task").asText(),
        json.path("model").asText(),
        json.path("module").asText(),
        json.path("version").asInt(),
        json.path("digest").asText(),
        json.path("base").asText(),
        modules,
        json.path("usage").path("total_tokens").asLong());
  }

  static ModuleHeads heads(JsonNode json) {
    List<ModuleHeads.Head> heads = new ArrayList<>();
    json.path("heads")
        .forEach(
            one ->
                heads.add(
                    new ModuleHeads.Head(one.path("domain").asText(), texts(one.path("labels")))));
    return new ModuleHeads(by(json), heads);
  }

  static Classified classified(JsonNode json) {
    List<Classification> rows = new ArrayList<>();
    json.path("data").forEach(row -> rows.add(classification(row)));
    return new Classified(by(json), rows);
  }

  private static Classification classification(JsonNode row) {
    if (row.has("value")) {
      double value = number(row.path("value"));
      return new Classification(
          String.valueOf((float) value), Double.NaN, Map.of(), value, List.of());
    }
    Map<String, Double> probabilities = new LinkedHashMap<>();
    row.path("probabilities")
        .properties()
        .forEach(one -> probabilities.put(one.getKey(), number(one.getValue())));
    String label = row.path("label").asText();
    List<String> labels = row.has("labels") ? texts(row.path("labels")) : List.of(label);
    return new Classification(
        label, number(row.path("probability")), probabilities, Double.NaN, labels);
  }

  /** JSON has no NaN: the server writes null. */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  static Tagged tagged(JsonNode json) {
    List<Tagged.Row> rows = new ArrayList<>();
    for (JsonNode row : json.path("data")) {
      List<Double> probabilities = new ArrayList<>();
      row.path("probabilities").forEach(one -> probabilities.add(number(one)));
      rows.add(new Tagged.Row(texts(row.path("words")), texts(row.path("tags")), probabilities));
    }
    return new Tagged(by(json), rows);
  }

  static Explained explained(JsonNode json) {
    List<Explained.Layer> layers = new ArrayList<>();
    for (JsonNode layer : json.path("layers")) {
      List<Explained.Part> parts = new ArrayList<>();
      for (JsonNode one : layer.path("modules")) {
        parts.add(
            new Explained.Part(
                one.path("module").asText(),
                one.path("version").asInt(),
                number(one.path("change")),
                number(one.path("share"))));
      }
      layers.add(new Explained.Layer(layer.path("layer").asText(), parts));
    }
    return new Explained(classified(json), layers);
  }

  static Anomalies anomalies(JsonNode json) {
    List<Anomalies.Scored> pictures = new ArrayList<>();
    for (JsonNode row : json.path("data")) {
      pictures.add(
          new Anomalies.Scored(
              number(row.path("score")),
              row.path("anomalous").asBoolean(),
              Base64.getDecoder().decode(row.path("heatMap").asText())));
    }
    return new Anomalies(by(json), number(json.path("threshold")), pictures);
  }

  static FeedbackCount feedback(JsonNode json) {
    JsonNode accuracy = json.path("accuracy");
    return new FeedbackCount(
        json.path("answered").asText(),
        json.path("right").asBoolean(),
        accuracy.path("answers").asLong(),
        number(accuracy.path("mean")),
        number(accuracy.path("low")),
        number(accuracy.path("high")));
  }

  static GivenFeedback given(JsonNode json) {
    List<GivenFeedback.Scored> pictures = new ArrayList<>();
    for (JsonNode row : json.path("data")) {
      pictures.add(
          new GivenFeedback.Scored(
              number(row.path("score")),
              row.path("answered").asText(),
              row.path("label").asText()));
    }
    return new GivenFeedback(
        json.path("module").asText(),
        json.path("version").asInt(),
        number(json.path("threshold")),
        pictures);
  }

  static Embedded embedded(JsonNode json) {
    List<float[]> vectors = new ArrayList<>();
    for (JsonNode row : json.path("data")) {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(row.path("embedding").asText()))
              .order(ByteOrder.LITTLE_ENDIAN);
      float[] vector = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(vector);
      vectors.add(vector);
    }
    return new Embedded(by(json), vectors);
  }

  static List<ServedModel> models(JsonNode json) {
    List<ServedModel> models = new ArrayList<>();
    for (JsonNode one : json.path("data")) {
      models.add(
          new ServedModel(
              one.path("id").asText(),
              one.path("parent").isTextual() ? one.path("parent").asText() : "",
              one.path("root").asText(),
              one.path("digest").asText(),
              one.path("resident").asBoolean()));
    }
    return models;
  }

  static List<String> deleted(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.path("deleted").forEach(one -> names.add(one.asText()));
    return names;
  }

  static FederatedRound round(JsonNode json) {
    List<FederatedRound.SiteFile> handedIn = new ArrayList<>();
    json.path("handedIn").forEach(one -> handedIn.add(siteFile(one)));
    List<FederatedRound.Merge> past = new ArrayList<>();
    for (JsonNode one : json.path("past")) {
      past.add(
          new FederatedRound.Merge(
              one.path("round").asInt(),
              texts(one.path("sites")),
              one.path("rows").asInt(),
              one.path("lostEnergy").asDouble()));
    }
    return new FederatedRound(
        json.path("name").asText(),
        json.path("round").asInt(),
        json.path("federation").asText(),
        json.path("digest").asText(),
        json.path("base").path("name").asText(),
        json.path("base").path("digest").asText(),
        json.path("aggregation").asText(),
        json.path("awaited").asText(),
        handedIn,
        past);
  }

  static FederatedRound.SiteFile siteFile(JsonNode json) {
    return new FederatedRound.SiteFile(
        json.path("site").asText(),
        json.path("kind").asText(),
        json.path("account").asText(),
        json.path("at").asText(),
        json.path("bytes").asLong(),
        json.path("digest").asText());
  }

  static FederatedRound.Collected collected(JsonNode json) {
    return new FederatedRound.Collected(
        texts(json.path("sites")),
        json.path("step").asInt(),
        texts(json.path("there")),
        json.path("needed").asInt());
  }

  static Health health(JsonNode json) {
    return new Health(json.path("status").asText().equals("up"), json.path("registry").asText());
  }
}
