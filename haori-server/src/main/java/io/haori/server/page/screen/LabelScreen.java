package io.haori.server.page.screen;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.data.DataVersion;
import io.haori.server.data.LabelQueue.Labelled;
import io.haori.server.data.LabelQueue.Question;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts or pictures whose labels would teach most; the answers become a new version of labelled
 * data.
 */
public final class LabelScreen {
  private static final int COUNT = 10;

  private final WorkFolder work;
  private final JobAccess access;
  private final BaseEngines engines;

  /** Of a server. */
  public LabelScreen(WorkFolder work, JobAccess access, BaseEngines engines) {
    this.work = work;
    this.access = access;
    this.engines = engines;
  }

  /**
   * A text or picture that is asked about.
   *
   * @param text that was read, or the name of a picture
   * @param guess of the model, or what was answered
   * @param uncertainty of the model; empty where it is not known any more
   */
  public record QuestionRow(String text, String guess, String uncertainty) {}

  /** Asks. */
  public void show(Visit visit) {
    DataVersion texts = texts(visit);
    ModuleReference module = ModuleReference.parse(visit.parameter("module"));
    visit.requireMayUse(module);
    ModuleName into = new ModuleName(visit.parameter("into"));
    access.requireMayRun(visit.caller(), into);
    List<Question> questions =
        work.labels()
            .questions(texts, module, visit.registry(), labelled(visit, into, texts), COUNT);
    List<QuestionRow> rows =
        questions.stream()
            .map(
                one ->
                    new QuestionRow(
                        one.text(),
                        one.guess(),
                        String.format(Locale.ROOT, "%.3f", one.uncertainty())))
            .toList();
    visit.show("data-labels", model(visit, texts, into, module.toString(), rows, ""));
  }

  private DataVersion texts(Visit visit) {
    DataVersion texts = work.data().find(visit.context().pathParam("id"));
    access.requireSees(visit.caller(), texts);
    return texts;
  }

  /** The newest version of labelled data; null where there is none yet. */
  private @Nullable DataVersion labelled(Visit visit, ModuleName name, DataVersion texts) {
    DataVersion found =
        work.data().all().stream()
            .filter(one -> one.id().name().equals(name))
            .findFirst()
            .orElse(null);
    if (found != null) {
      access.requireSees(visit.caller(), found);
      require(!found.textsOnly(), "into", "data with labels", found.id());
      require(
          found.ofPictures() == texts.ofPictures(),
          "into",
          texts.ofPictures() ? "data of pictures" : "data of texts",
          found.id());
    }
    return found;
  }

  private Map<String, Object> model(
      Visit visit,
      DataVersion texts,
      ModuleName into,
      String module,
      List<QuestionRow> rows,
      String problem) {
    DataVersion before = labelled(visit, into, texts);
    Set<String> labels =
        new LinkedHashSet<>((before == null ? texts : before).reading().labelNames());
    if (before != null) {
      before.check().at("/splits/0/labels").fieldNames().forEachRemaining(labels::add);
    }
    Map<String, Object> model = new HashMap<>();
    model.put("id", texts.id().toString());
    model.put("into", into.text());
    model.put("module", module);
    model.put("labels", List.copyOf(labels));
    model.put("pictures", texts.ofPictures());
    model.put("questions", rows);
    model.put("problem", problem);
    model.put("here", DataScreen.address(texts));
    return model;
  }

  /** Keeps the answers. */
  public void add(Visit visit) {
    DataVersion texts = texts(visit);
    ModuleName into = new ModuleName(visit.field("into"));
    access.requireMayRun(visit.caller(), into);
    List<String> asked = visit.context().formParams("text");
    List<String> given = visit.context().formParams("label");
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(asked.size(), given.size()); i++) {
      if (!given.get(i).isBlank() && !asked.get(i).isBlank()) {
        labels.put(asked.get(i), given.get(i).strip());
      }
    }
    DataVersion made;
    try {
      require(!labels.isEmpty(), "labels", "at least one", "none");
      made =
          work.labels()
              .add(
                  new Labelled(
                      texts,
                      labels,
                      into,
                      labelled(visit, into, texts),
                      engines.all().get(0).base().name(),
                      visit.caller().account(),
                      labels.size() + " labels for " + texts.id()));
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      List<QuestionRow> rows = new ArrayList<>();
      for (int i = 0; i < Math.min(asked.size(), given.size()); i++) {
        rows.add(new QuestionRow(asked.get(i), given.get(i), ""));
      }
      visit.context().status(problem.status());
      visit.show(
          "data-labels", model(visit, texts, into, visit.field("module"), rows, problem.detail()));
      return;
    }
    visit.continueAt(DataScreen.address(made) + "?done=labelled");
  }
}
