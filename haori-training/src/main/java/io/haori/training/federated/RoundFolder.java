package io.haori.training.federated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.json.JsonFile;
import io.haori.training.task.TuneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A round as a folder: {@code round.json} and, from the first merge on, the model in {@code model},
 * an adapter's folder like any other.
 */
public final class RoundFolder {
  private static final String FILE = "round.json";
  private static final String MODEL = "model";
  private static final int FORMAT = 1;
  private static final long MOST_BYTES = 10_000_000;

  private RoundFolder() {}

  /** Where the model of a round is, if it has one. */
  public static Path model(Path folder) {
    return folder.resolve(MODEL);
  }

  /**
   * Writes a round in place of what was there.
   *
   * @param folder where it is written
   * @param round what all sites agree on
   * @param model writes the model into a folder; does nothing for round 0
   */
  static void write(Path folder, Round round, AtomicFiles.FolderWriter model) {
    AtomicFiles.writeFolder(
        folder,
        target -> {
          if (round.number() > 0) {
            model.write(target.resolve(MODEL));
          }
          AtomicFiles.writeText(target.resolve(FILE), json(round).toPrettyString() + "\n");
        });
  }

  /**
   * Writes a round in which nothing was learnt yet.
   *
   * @param folder where it is written
   * @param round of number 0
   */
  public static void begin(Path folder, Round round) {
    if (round.number() != 0) {
      throw new IllegalArgumentException("round " + round.number() + " has a model");
    }
    write(folder, round, target -> {});
  }

  private static ObjectNode json(Round round) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", FORMAT);
    json.put("federation", round.federation());
    json.put("round", round.number());
    json.putObject("base").put("name", round.base().name()).put("digest", round.base().digest());
    json.put("aggregation", round.aggregation().word());
    ObjectNode settings = round.settings().toJson();
    settings.remove("precision");
    json.set("settings", settings);
    ArrayNode past = json.putArray("past");
    for (Round.Merge merge : round.past()) {
      ObjectNode one = past.addObject();
      one.put("round", merge.round()).put("rows", merge.rows());
      one.put("lostEnergy", merge.lostEnergy());
      ArrayNode sites = one.putArray("sites");
      for (Round.Member member : merge.sites()) {
        ObjectNode site = sites.addObject();
        site.put("site", member.site()).put("rows", member.rows()).put("key", member.key());
        NoiseJson.put(site, member.noise());
      }
    }
    return json;
  }

  /**
   * Reads a round.
   *
   * @param folder written by {@link #begin} or {@link RoundMerge}
   * @throws UserError when it holds none
   */
  public static Round read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw Check.in(folder, "must be a round of haori federate, found no " + FILE);
    }
    JsonNode json = JsonFile.readObject(file, MOST_BYTES);
    int format = json.path("formatVersion").asInt();
    Check.require(format == FORMAT, file + ": formatVersion", String.valueOf(FORMAT), format);
    int number = json.path("round").asInt(-1);
    String federation = json.path("federation").asText();
    Round.Base base =
        new Round.Base(
            json.path("base").path("name").asText(), json.path("base").path("digest").asText());
    if (number < 0 || federation.isEmpty() || base.name().isEmpty() || base.digest().isEmpty()) {
      throw Check.in(file, "must name federation, round and base");
    }
    Aggregation aggregation =
        Aggregation.parse(file + ": aggregation", json.path("aggregation").asText());
    TuneSettings settings;
    try {
      settings = TuneSettings.fromJson(json.path("settings"));
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    if (number > 0 && !Files.isDirectory(model(folder))) {
      throw Check.in(folder, "must hold the model of round " + number + ", found no " + MODEL);
    }
    return new Round(number, federation, base, settings, aggregation, past(json.path("past")));
  }

  private static List<Round.Merge> past(JsonNode past) {
    List<Round.Merge> merges = new ArrayList<>();
    for (JsonNode merge : past) {
      List<Round.Member> members = new ArrayList<>();
      for (JsonNode member : merge.path("sites")) {
        members.add(
            new Round.Member(
                member.path("site").asText(),
                member.path("rows").asInt(),
                member.path("key").asText(),
                NoiseJson.read(member)));
      }
      merges.add(
          new Round.Merge(
              merge.path("round").asInt(),
              members,
              merge.path("rows").asInt(members.stream().mapToInt(Round.Member::rows).sum()),
              merge.path("lostEnergy").asDouble()));
    }
    return merges;
  }

  /**
   * Digest of all that a round consists of, by which updates of another one are found.
   *
   * @param folder of a round
   */
  public static String digest(Path folder) {
    StringBuilder all = new StringBuilder();
    List<Path> files = new ArrayList<>(List.of(folder.resolve(FILE)));
    if (Files.isDirectory(model(folder))) {
      files.addAll(FolderWalk.files(model(folder)));
    }
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        all.append(folder.relativize(file).toString().replace('\\', '/'))
            .append(' ')
            .append(Sha256.of(file))
            .append('\n');
      }
    }
    return Sha256.of(all.toString());
  }
}
