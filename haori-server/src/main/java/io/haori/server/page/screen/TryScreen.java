package io.haori.server.page.screen;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Thumbnail;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.State;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.Computed;
import io.haori.server.engine.Detected;
import io.haori.server.engine.Explained;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Work;
import io.haori.server.page.screen.TryAnswers.Answer;
import io.haori.server.problem.Problem;
import io.haori.server.settings.Limits;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.trial.AnswerWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** One text or picture on several modules side by side, and on a mix of them. */
public final class TryScreen {
  private static final int MOST_CHOSEN = 16;
  private static final double LARGEST_WEIGHT = 100;
  private static final String USE = "use";

  /** Of a text, or where nobody wants to know. */
  private static final CompletableFuture<String> NOWHERE = CompletableFuture.completedFuture("");

  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final Admission admission;
  private final AnswerWatch watching;
  private final Limits limits;

  /** Of a server. */
  public TryScreen(
      RegistryWatch watch,
      BaseEngines engines,
      Admission admission,
      AnswerWatch watching,
      Limits limits) {
    this.watching = watching;
    this.watch = watch;
    this.engines = engines;
    this.admission = admission;
    this.limits = limits;
  }

  /**
   * A version that can be chosen.
   *
   * @param reference as requests name it
   * @param version its number
   * @param state in its life
   * @param base of it
   * @param chosen whether it is
   * @param weight in the mix
   */
  public record Choice(
      String reference, int version, String state, String base, boolean chosen, String weight) {}

  /** Shows the form. */
  public void show(Visit visit) {
    visit.show("try", model(visit, List.of(), ""));
  }

  private Map<String, Object> model(Visit visit, List<Answer> answers, String problem) {
    boolean sent = visit.context().formParam("csrf") != null;
    Map<String, Object> model = new HashMap<>();
    model.put("choices", choices(visit, sent));
    model.put(
        "text", sent ? Objects.requireNonNullElse(visit.context().formParam("text"), "") : "");
    model.put("mixed", sent && !visit.field("mix").isEmpty());
    model.put("head", sent ? visit.field("head") : "");
    model.put("answers", answers);
    model.put("problem", problem);
    model.put("heat", "");
    model.put("picture", "");
    model.put("pictures", anyPictures());
    model.put("texts", engines.all().stream().anyMatch(one -> !one.readsPictures()));
    model.put("looked", !sent || !visit.field("looked").isEmpty());
    model.put("here", "/try");
    return model;
  }

  private boolean anyPictures() {
    return engines.all().stream().anyMatch(BaseEngine::readsPictures);
  }

  /** What is live, and of every module the newest version in use. */
  private List<Choice> choices(Visit visit, boolean sent) {
    ModuleDirectory directory = watch.directory();
    Map<String, VersionSummary> references = new LinkedHashMap<>();
    for (ModuleName name : directory.names()) {
      if (visit.sees(name)) {
        addReferences(directory, name, references);
      }
    }
    List<String> chosen = sent ? visit.context().formParams(USE) : visit.context().queryParams(USE);
    List<Choice> choices = new ArrayList<>();
    references.forEach(
        (reference, version) -> {
          String weight = sent ? visit.field("weight:" + reference) : "";
          choices.add(
              new Choice(
                  reference,
                  version.id().number(),
                  version.state().word(),
                  version.baseName(),
                  chosen.contains(reference),
                  weight.isEmpty() ? "1" : weight));
        });
    return choices;
  }

  private static void addReferences(
      ModuleDirectory directory, ModuleName name, Map<String, VersionSummary> references) {
    for (LiveVersion live : directory.live()) {
      if (live.id().name().equals(name)) {
        references.put(name + "@" + live.target(), directory.get(live.id()));
      }
    }
    VersionSummary newest = directory.newest(name);
    if (newest.state() != State.RETIRED && newest.state() != State.LIVE) {
      references.put(newest.id().toString(), newest);
    }
  }

  /** Computes the text of the form. */
  public void answer(Visit visit) {
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    CompletableFuture<String> heat = CompletableFuture.completedFuture("");
    String shown;
    try {
      TryInput input = TryInput.read(visit, limits, anyPictures());
      Map<String, ServedModule> chosen = chosen(visit);
      shown = input.shown();
      boolean looking = !visit.field("looked").isEmpty();
      Map<String, Work> works = new LinkedHashMap<>();
      chosen.forEach(
          (reference, module) ->
              works.put(reference, new Work(Map.of(module, 1.0), module, rows(input, module))));
      works.forEach(
          (reference, work) -> answers.add(ask(asked(visit, reference, answers), work, looking)));
      if (!visit.field("mix").isEmpty()) {
        // A detector changes nothing of the base, so that it has no part in a mix.
        chosen.values().removeIf(ServedModule::detector);
        Work mix = mix(visit, chosen, input);
        answers.add(ask(asked(visit, title(visit, chosen), answers), mix, looking));
        heat = contributions(mix);
      }
    } catch (UserError e) {
      visit.context().status(400);
      visit.show("try", model(visit, List.of(), Objects.requireNonNullElse(e.getMessage(), "")));
      return;
    }
    CompletableFuture<String> shares = heat;
    String picture = shown;
    visit
        .context()
        .future(
            () ->
                CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .thenCombine(
                        shares,
                        (done, chart) -> {
                          Map<String, Object> model =
                              model(
                                  visit,
                                  answers.stream().map(CompletableFuture::join).toList(),
                                  "");
                          model.put("heat", chart);
                          model.put("picture", picture);
                          visit.show("try", model);
                          return chart;
                        }));
  }

  /** How much of all change on a layer each module of a mix made, in percent; a picture. */
  private CompletableFuture<String> contributions(Work mix) {
    ServedModule head = Objects.requireNonNull(mix.head());
    CompletableFuture<String> picture;
    try {
      picture =
          admission
              .admitted(mix.characters(), () -> engines.of(head).explain(mix, task -> {}))
              .thenApply(explained -> heat(explained.layers()));
    } catch (RuntimeException e) {
      picture = CompletableFuture.failedFuture(e);
    }
    // A tagger, or a mix that cannot be computed: its answer says why.
    return picture.exceptionally(failure -> "");
  }

  private static String heat(List<Explained.Layer> layers) {
    List<String> names = new ArrayList<>();
    List<String> modules = new ArrayList<>();
    List<List<Object>> cells = new ArrayList<>();
    for (Explained.Layer layer : layers) {
      double all = layer.change().values().stream().mapToDouble(Double::doubleValue).sum();
      int column = names.size();
      names.add(layer.name());
      layer
          .change()
          .forEach(
              (version, change) -> {
                String module = version.toString();
                if (!modules.contains(module)) {
                  modules.add(module);
                }
                double share = all == 0 ? 0 : Math.round(1_000 * change / all) / 10.0;
                cells.add(List.of(column, modules.indexOf(module), share));
              });
    }
    return cells.isEmpty() ? "" : RunResult.heat(modules, names, cells);
  }

  private List<Row> rows(TryInput input, ServedModule module) {
    return List.of(input.of(engines.of(module), module.id()));
  }

  private Map<String, ServedModule> chosen(Visit visit) {
    List<String> references = visit.context().formParams(USE);
    require(
        !references.isEmpty() && references.size() <= MOST_CHOSEN,
        "modules",
        "1 to " + MOST_CHOSEN + " that are ticked",
        references.size());
    ModuleDirectory directory = watch.directory();
    Map<String, ServedModule> chosen = new LinkedHashMap<>();
    for (String text : references) {
      ModuleReference reference = ModuleReference.parse(text);
      visit.requireMayUse(reference);
      chosen.put(text, directory.served(directory.resolve(reference)));
    }
    return chosen;
  }

  private Work mix(Visit visit, Map<String, ServedModule> chosen, TryInput input) {
    String head = visit.field("head");
    ServedModule answering = chosen.get(head);
    if (answering == null) {
      throw new UserError(
          "head of the mix must be one of the modules that are ticked, got "
              + (head.isEmpty() ? "nothing" : head));
    }
    Map<ServedModule, Double> weights = new LinkedHashMap<>();
    chosen.forEach(
        (reference, module) -> {
          double weight = weight(reference, visit.field("weight:" + reference));
          boolean fresh = weights.keySet().stream().noneMatch(one -> one.id().equals(module.id()));
          require(fresh, "mix", "of different versions", module.id() + " twice");
          require(
              module.baseDigest().equals(answering.baseDigest()),
              "mix",
              "of modules on the base of " + answering.id(),
              module.id() + " on another one");
          weights.put(module, weight);
        });
    return new Work(weights, answering, rows(input, answering));
  }

  private static String title(Visit visit, Map<String, ServedModule> chosen) {
    return chosen.keySet().stream()
        .map(one -> weight(one, visit.field("weight:" + one)) + " × " + one)
        .collect(Collectors.joining(" + "));
  }

  private static double weight(String reference, String text) {
    double weight;
    try {
      weight = text.isEmpty() ? 1 : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserError("weight of " + reference + " must be a number, got " + text, e);
    }
    require(
        Math.abs(weight) <= LARGEST_WEIGHT,
        "weight of " + reference,
        "in [-" + (int) LARGEST_WEIGHT + ", " + (int) LARGEST_WEIGHT + "]",
        weight);
    return weight;
  }

  /**
   * One answer that is asked for.
   *
   * @param title what the page calls it
   * @param id of it, under which feedback is given
   * @param account who asks
   */
  private record Asked(String title, String id, String account) {}

  private static Asked asked(Visit visit, String title, List<?> before) {
    String id = Exchange.id(visit.context()) + "." + before.size();
    return new Asked(title, id, visit.caller().account());
  }

  /** An answer, or the sentence that says why there is none: the others are shown all the same. */
  private CompletableFuture<Answer> ask(Asked asked, Work work, boolean looking) {
    ServedModule head = Objects.requireNonNull(work.head());
    if (head.detector()) {
      return detect(asked, head, work, looking);
    }
    CompletableFuture<Answer> answer;
    try {
      answer =
          admission
              .admitted(work.characters(), () -> engines.of(head).compute(work, task -> {}))
              .thenApply(computed -> answer(asked, work, head, computed))
              .thenCombine(looking ? looked(work, head) : NOWHERE, Answer::looking);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.exceptionally(
        failure -> TryAnswers.failed(asked.title(), head.id(), Problem.of(failure).detail()));
  }

  /** An answer with the question which label is right; taggers have too many labels to ask. */
  private Answer answer(Asked asked, Work work, ServedModule head, Computed computed) {
    Answer answer = TryAnswers.of(asked.title(), head.id(), work.rows().get(0), computed);
    Prediction prediction = computed.predictions().get(0);
    boolean several = !computed.task().equals(TaskCatalogue.CLASSIFICATION);
    if (!Question.canBeAsked(prediction, several)
        || !watching.tried(asked.id(), asked.account(), head, work.weights(), prediction)) {
      return answer;
    }
    return answer.asking(Question.of(asked.id(), prediction, several));
  }

  /** What a detector of anomalies says, or why it says nothing. */
  private CompletableFuture<Answer> detect(
      Asked asked, ServedModule module, Work work, boolean looking) {
    BaseEngine.Detection wanted = new BaseEngine.Detection(null, looking);
    CompletableFuture<Answer> answer;
    try {
      answer =
          admission
              .admitted(
                  work.characters(), () -> engines.of(module).detect(module, work.rows(), wanted))
              .thenApply(detected -> answer(asked, module, detected));
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.exceptionally(
        failure -> TryAnswers.failed(asked.title(), module.id(), Problem.of(failure).detail()));
  }

  private Answer answer(Asked asked, ServedModule module, Detected detected) {
    watching.tried(asked.id(), asked.account(), module, detected);
    return TryAnswers.of(asked.title(), module.id(), detected)
        .asking(Question.ofDetector(asked.id(), detected.pictures().get(0)));
  }

  /** Where a classifier looked at a picture, as an address; empty where there is nothing. */
  private CompletableFuture<String> looked(Work work, ServedModule head) {
    BaseEngine engine = engines.of(head);
    if (!engine.readsPictures()) {
      return NOWHERE;
    }
    return admission
        .admitted(work.characters(), () -> engine.heatMap(work))
        .thenApply(map -> Thumbnail.of(map, Thumbnail.LARGE).address())
        // Of another task, or what cannot be computed: the answer says why.
        .exceptionally(failure -> "");
  }
}
