package io.haori.server.page.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.version.State;
import io.haori.server.data.DataSets.Upload;
import io.haori.server.data.DataVersion;
import io.haori.server.data.Reading;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The data that people brought: uploaded, looked at, with what is doubtful about them. */
public final class DataScreen {
  private static final int MOST_LABELS = 50;

  /** Between the names of two pictures that look the same. */
  private static final String ALIKE = " = ";

  private final WorkFolder work;
  private final JobAccess access;
  private final BaseEngines engines;
  private final RegistryWatch watch;

  /** Of a server. */
  public DataScreen(WorkFolder work, JobAccess access, BaseEngines engines, RegistryWatch watch) {
    this.watch = watch;
    this.work = work;
    this.access = access;
    this.engines = engines;
  }

  /**
   * A version in the list.
   *
   * @param id as {@code orders@2}
   * @param rows of all splits
   * @param labels how many
   * @param warnings how many
   * @param file name that the user's file had
   * @param author who brought it
   * @param created when
   */
  public record DataRow(
      String id,
      long rows,
      int labels,
      int warnings,
      String file,
      String author,
      Words.Moment created) {
    static DataRow of(DataVersion one) {
      return new DataRow(
          one.id().toString(),
          one.rows(),
          one.check().at("/splits/0/labels").size(),
          one.check().path("warnings").size(),
          one.original(),
          one.author(),
          Words.moment(one.created()));
    }
  }

  /** Shows the list and the form. */
  public void show(Visit visit) {
    visit.show("data", model(visit, ""));
  }

  private Map<String, Object> model(Visit visit, String problem) {
    Map<String, Object> model = new HashMap<>();
    boolean open = work.closedBecause().isEmpty();
    model.put("closed", work.closedBecause());
    model.put(
        "versions",
        open
            ? work.data().all().stream()
                .filter(one -> access.sees(visit.caller(), one))
                .map(DataRow::of)
                .toList()
            : List.of());
    model.put(
        "mayAdd", visit.caller().grants().stream().anyMatch(one -> one.role().covers(Role.AUTHOR)));
    model.put("bases", engines.all().stream().map(one -> one.base().name()).toList());
    model.put("most", open ? Words.size(work.data().mostBytes()) : "");
    model.put("done", visit.parameter("done"));
    model.put("problem", problem);
    boolean again = !problem.isEmpty();
    for (String field :
        List.of(
            "name",
            "note",
            "textColumn",
            "labelColumn",
            "pairColumn",
            "domainColumn",
            "groupColumn",
            "sheet",
            "base",
            "labelNames")) {
      model.put(field, again ? visit.field(field) : "");
    }
    if (!again) {
      model.put("name", visit.parameter("name"));
      model.put("labelNames", open ? labelsOf(visit, visit.parameter("name")) : "");
    }
    model.put("textsOnly", again && !visit.field("textsOnly").isEmpty());
    model.put("here", "/data");
    return model;
  }

  /** The labels of the newest version of a name, which its next one is likely to have, too. */
  private String labelsOf(Visit visit, String name) {
    return work.data().all().stream()
        .filter(one -> one.id().name().text().equals(name) && access.sees(visit.caller(), one))
        .findFirst()
        .map(one -> one.reading().labels())
        .orElse("");
  }

  /** Keeps the file of the form, or shows the form again with what is wrong. */
  public void add(Visit visit) {
    DataVersion version;
    try {
      version = added(visit);
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      visit.show("data", model(visit, problem.detail()));
      return;
    }
    visit.continueAt(address(version) + "?done=uploaded");
  }

  static String address(DataVersion version) {
    return "/data/" + Visits.encoded(version.id().toString());
  }

  private DataVersion added(Visit visit) {
    ModuleName name = new ModuleName(visit.field("name"));
    access.requireMayRun(visit.caller(), name);
    UploadedFile file = visit.context().uploadedFile("file");
    if (file == null || file.filename().isEmpty()) {
      throw new UserError("file must be chosen, got nothing");
    }
    String base = visit.field("base");
    if (engines.named(base).isEmpty()) {
      base = engines.all().get(0).base().name();
    }
    Reading reading =
        new Reading(
            visit.field("textColumn"),
            visit.field("labelColumn"),
            visit.field("pairColumn"),
            visit.field("domainColumn"),
            visit.field("groupColumn"),
            visit.field("sheet"),
            "",
            !visit.field("textsOnly").isEmpty(),
            visit.field("labelNames"));
    Upload upload =
        new Upload(
            name, file.filename(), reading, base, visit.caller().account(), visit.field("note"));
    try (InputStream content = file.content()) {
      return work.data().add(upload, content);
    } catch (IOException e) {
      throw new UserError("file must come whole, got a part", e);
    }
  }

  /**
   * A part of the rows.
   *
   * @param name of the split
   * @param rows how many
   * @param longest text in tokens
   * @param cut rows whose texts are too long
   * @param unknown share of tokens that the base does not know
   * @param repeated rows
   * @param smallest height and width of the smallest picture; empty for texts
   * @param largest the same of the largest
   */
  public record SplitRow(
      String name,
      long rows,
      long longest,
      long cut,
      String unknown,
      long repeated,
      String smallest,
      String largest) {}

  /**
   * How often a label occurs.
   *
   * @param label its name
   * @param counts by split
   * @param width of a bar, in percent of the most frequent one
   */
  public record LabelRow(String label, List<Long> counts, String width) {}

  /**
   * Something that is doubtful.
   *
   * @param sentence that says what
   * @param examples first places
   * @param pictures those that the examples name; none for texts
   */
  public record Finding(String sentence, List<String> examples, List<String> pictures) {}

  /** Shows a version. */
  public void showOne(Visit visit) {
    DataVersion version = version(visit);
    visit.show("data-version", one(visit, version));
  }

  /** Deletes the version of the address, or shows why it cannot be. */
  public void delete(Visit visit) {
    DataVersion version = version(visit);
    access.requireMayRun(visit.caller(), version.id().name());
    try {
      work.deletions().delete(List.of(version), visit.caller().account());
    } catch (Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      Map<String, Object> model = one(visit, version);
      model.put("problem", problem.detail());
      visit.show("data-version", model);
      return;
    }
    visit.continueAt("/data?done=dataDeleted");
  }

  /** The version of the address; refused, and logged, for who may not look at it. */
  DataVersion version(Visit visit) {
    DataVersion version = work.data().find(visit.context().pathParam("id"));
    access.requireSees(visit.caller(), version);
    return version;
  }

  Map<String, Object> one(Visit visit, DataVersion version) {
    JsonNode check = version.check();
    Map<String, Object> model = new HashMap<>();
    model.put("id", version.id().toString());
    model.put("name", version.id().name().text());
    model.put("row", DataRow.of(version));
    model.put("digest", version.digest());
    model.put("size", Words.size(version.bytes()));
    model.put("note", version.note());
    model.put("labelNames", version.reading().labels());
    model.put("kind", check.path("kind").asText());
    model.put("pictures", version.ofPictures());
    model.put("examples", PictureExamples.of(version));
    model.put("splitBy", check.path("split").asText(""));
    model.put("splits", splits(check));
    model.put("labels", labels(check));
    model.put("moreLabels", Math.max(0, check.at("/splits/0/labels").size() - MOST_LABELS));
    model.put("findings", findings(version));
    model.put("mayRun", access.mayRun(visit.caller(), version.id().name()));
    model.put("textsOnly", version.textsOnly());
    model.put(
        "modules",
        watch.directory().names().stream()
            .filter(visit::sees)
            .map(one -> watch.directory().newest(one))
            .filter(one -> one.state() != State.RETIRED && !ModuleDirectory.isDetector(one))
            .map(one -> one.id().toString())
            .toList());
    model.put(
        "others",
        work.data().all().stream()
            .filter(one -> one.id().name().equals(version.id().name()))
            .filter(one -> !one.id().equals(version.id()))
            .map(DataRow::of)
            .toList());
    model.put("done", visit.parameter("done"));
    model.put("problem", "");
    model.put("here", address(version));
    return model;
  }

  private static List<SplitRow> splits(JsonNode check) {
    List<SplitRow> rows = new ArrayList<>();
    for (JsonNode one : check.path("splits")) {
      rows.add(
          new SplitRow(
              one.path("name").asText(),
              one.path("rows").asLong(),
              one.path("longestTokens").asLong(),
              one.path("cut").asLong(),
              Words.percent(one.path("shareUnknown").asDouble()),
              one.path("duplicates").asLong(),
              one.path("smallest").asText(),
              one.path("largest").asText()));
    }
    return rows;
  }

  /** The most frequent labels of the training rows first. */
  private static List<LabelRow> labels(JsonNode check) {
    Map<String, Long> training = new LinkedHashMap<>();
    check
        .at("/splits/0/labels")
        .properties()
        .forEach(one -> training.put(one.getKey(), one.getValue().asLong()));
    long most = training.values().stream().mapToLong(Long::longValue).max().orElse(1);
    return training.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_LABELS)
        .map(
            one -> {
              List<Long> counts = new ArrayList<>();
              for (JsonNode split : check.path("splits")) {
                counts.add(split.path("labels").path(one.getKey()).asLong());
              }
              return new LabelRow(
                  one.getKey(),
                  counts,
                  String.format(Locale.ROOT, "%.2f", 100.0 * one.getValue() / Math.max(1, most)));
            })
        .toList();
  }

  private static List<Finding> findings(DataVersion version) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode one : version.check().path("warnings")) {
      List<String> examples = new ArrayList<>();
      one.path("examples").forEach(example -> examples.add(example.asText()));
      List<String> pictures =
          examples.stream()
              .flatMap(example -> Stream.of(example.split(ALIKE, -1)))
              .filter(name -> version.picture(name).isPresent())
              .distinct()
              .toList();
      findings.add(new Finding(one.path("sentence").asText(), examples, pictures));
    }
    return findings;
  }
}
