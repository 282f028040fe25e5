package io.haori.server.page.screen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.data.DataSets;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobKind;
import io.haori.server.job.JobRequest;
import io.haori.server.watch.ModuleDirectory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job as the forms of the page describe it. */
final class RunForm {
  private static final int USUAL_SEEDS = 3;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RunForm() {}

  /**
   * Reads a form.
   *
   * @param visit whose form it is
   * @param data that it may name
   * @param directory whose versions it may name
   * @param engines whose bases it may name
   */
  static JobRequest read(
      Visit visit, DataSets data, ModuleDirectory directory, BaseEngines engines) {
    JobKind kind = JobKind.parse(visit.field("kind"));
    String base = visit.field("base");
    if (engines.named(base).isEmpty()) {
      throw new UserError(
          "base must be one of "
              + String.join(", ", engines.all().stream().map(one -> one.base().name()).toList())
              + ", got "
              + (base.isEmpty() ? "nothing" : base));
    }
    List<VersionId> modules =
        kind.takesModules()
            ? visit.context().formParams("modules").stream()
                .map(one -> directory.resolve(ModuleReference.parse(one)).id())
                .distinct()
                .toList()
            : List.of();
    return new JobRequest(
        kind,
        new ModuleName(visit.field("name")),
        visit.context().formParams("data").stream().map(one -> data.find(one).id()).toList(),
        modules,
        base,
        kind == JobKind.ANALYZE ? visit.field("analysis") : "",
        kind == JobKind.MIX ? visit.field("route") : "",
        kind.repeats() ? seeds(visit, kind) : 0,
        settings(visit, kind));
  }

  /** A plan of methods names its seeds itself. */
  private static int seeds(Visit visit, JobKind kind) {
    Integer seeds = whole(visit, "seeds");
    int count = seeds == null ? USUAL_SEEDS : seeds;
    return kind == JobKind.COMPARE ? 0 : count;
  }

  private static ObjectNode settings(Visit visit, JobKind kind) {
    ObjectNode settings = written(visit.field("settings"));
    ObjectNode run = kind == JobKind.COMPARE ? MAPPER.createObjectNode() : settings;
    Integer epochs = whole(visit, "epochs");
    if (epochs != null) {
      run.put("training.epochs", epochs);
    }
    Double rate = number(visit, "rate");
    if (rate != null) {
      run.put("training.learningRate", rate);
    }
    String precision = visit.field("basePrecision");
    if (!precision.isEmpty()) {
      run.put("basePrecision", precision);
    }
    String method = visit.field("method");
    if (kind == JobKind.TUNE && !method.isEmpty()) {
      run.put("method", method);
    }
    if (kind == JobKind.COMPARE && settings.isEmpty()) {
      return plan(visit, run);
    }
    return settings;
  }

  /** The methods that are ticked, each with the settings of the form. */
  private static ObjectNode plan(Visit visit, ObjectNode run) {
    List<String> chosen = visit.context().formParams("methods");
    if (chosen.size() < 2) {
      throw new UserError("methods must be at least two that are ticked, got " + chosen.size());
    }
    ObjectNode plan = MAPPER.createObjectNode();
    ArrayNode methods = plan.putArray("methods");
    for (String name : chosen) {
      ObjectNode settings = run.deepCopy();
      settings.put("method", name);
      methods.addObject().put("name", name).set("settings", settings);
    }
    Integer seeds = whole(visit, "seeds");
    ArrayNode numbers = plan.putArray("seeds");
    for (int i = 0; i < Math.min(100, seeds == null ? USUAL_SEEDS : seeds); i++) {
      numbers.add(42 + i);
    }
    return plan;
  }

  private static ObjectNode written(String text) {
    if (text.isEmpty()) {
      return MAPPER.createObjectNode();
    }
    try {
      JsonNode json = MAPPER.readTree(text);
      if (json instanceof ObjectNode settings) {
        return settings;
      }
    } catch (JsonProcessingException e) {
      throw new UserError(
          "settings must be a JSON object, got a mistake at line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    }
    throw new UserError("settings must be a JSON object, got something else");
  }

  private static @Nullable Integer whole(Visit visit, String name) {
    String text = visit.field(name);
    try {
      return text.isEmpty() ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError(name + " must be a whole number, got " + text, e);
    }
  }

  private static @Nullable Double number(Visit visit, String name) {
    String text = visit.field(name);
    try {
      return text.isEmpty() ? null : Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError(name + " must be a number, got " + text, e);
    }
  }

  /** Methods that a form offers. */
  static List<String> methods() {
    return MethodCatalogue.names();
  }
}
