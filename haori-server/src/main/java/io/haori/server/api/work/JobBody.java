package io.haori.server.api.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.api.request.RequestBody;
import io.haori.server.data.DataSets;
import io.haori.server.job.JobKind;
import io.haori.server.job.JobRequest;
import io.haori.server.watch.ModuleDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads what somebody wants to be done. */
final class JobBody {
  private static final List<String> KNOWN =
      List.of("kind", "name", "data", "modules", "base", "analysis", "route", "seeds", "settings");

  private JobBody() {}

  /**
   * A job of a request's body.
   *
   * @param body of the request
   * @param data that it may name
   * @param directory whose versions it may name
   * @param bases of the server, the first of which is the usual one
   */
  static JobRequest read(
      RequestBody body, DataSets data, ModuleDirectory directory, List<String> bases) {
    body.only(KNOWN);
    String base = Objects.requireNonNullElse(body.textOrNull("base"), bases.get(0));
    if (!bases.contains(base)) {
      throw new UserError("base must be one of " + String.join(", ", bases) + ", got " + base);
    }
    Integer seeds = body.wholeOrNull("seeds");
    return new JobRequest(
        JobKind.parse(body.text("kind")),
        new ModuleName(body.text("name")),
        texts(body, "data").stream().map(one -> data.find(one).id()).toList(),
        modules(texts(body, "modules"), directory),
        base,
        Objects.requireNonNullElse(body.textOrNull("analysis"), ""),
        Objects.requireNonNullElse(body.textOrNull("route"), ""),
        seeds == null ? 0 : seeds,
        settings(body));
  }

  private static List<VersionId> modules(List<String> names, ModuleDirectory directory) {
    return names.stream().map(one -> directory.resolve(ModuleReference.parse(one)).id()).toList();
  }

  private static ObjectNode settings(RequestBody body) {
    JsonNode node = body.get("settings");
    if (node == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (node instanceof ObjectNode settings) {
      return settings;
    }
    throw RequestBody.wrong("settings", "a JSON object", node);
  }

  /** A text, or an array of texts. */
  private static List<String> texts(RequestBody body, String name) {
    JsonNode node = body.get(name);
    List<String> texts = new ArrayList<>();
    if (node == null) {
      return texts;
    }
    if (node.isTextual()) {
      texts.add(node.textValue());
      return texts;
    }
    if (!node.isArray()) {
      throw RequestBody.wrong(name, "a text or an array of texts", node);
    }
    for (JsonNode one : node) {
      if (!one.isTextual()) {
        throw RequestBody.wrong(name, "a text or an array of texts", one);
      }
      texts.add(one.textValue());
    }
    return texts;
  }
}
