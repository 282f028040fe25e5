package io.haori.server.api.request;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.auth.Caller;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.ServedVersion;
import io.haori.server.local.LocalAdapter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which modules a request wants: {@code model} names one, {@code mix} several with their weights,
 * of which {@code head} names the one whose head answers.
 *
 * @param weights by module, in the order of the request
 * @param head whose heads answer
 * @param engine the base of all of them
 * @param named as the request named it: the model, or the head of the mix
 */
public record ModuleChoice(
    Map<ServedModule, Double> weights, ServedModule head, BaseEngine engine, String named) {
  /** Members of a request that this reads. */
  public static final List<String> MEMBERS = List.of("model", "mix", "head", "lora");

  private static final int MOST_MIXED = 64;
  private static final double LARGEST_WEIGHT = 100;

  /**
   * Reads the choice.
   *
   * @param body of the request
   * @param models know the names
   * @param caller who asks
   */
  public static ModuleChoice read(RequestBody body, Models models, Caller caller) {
    Models.Names names = models.names();
    if (!body.has("mix")) {
      require(!body.has("head"), "head", "left out without mix", body.textOrNull("head") + "");
      String name = body.text("model");
      Models.Named one = models.find(caller, names, name);
      Map<ServedModule, Double> weights =
          body.has("lora") ? lora(body, models, caller, names) : Map.of(one.module(), one.scale());
      return of(weights, one.module(), models, name);
    }
    require(
        !body.has("model"),
        "model",
        "left out with mix, whose head answers",
        body.textOrNull("model") + "");
    require(!body.has("lora"), "lora", "left out with mix", "both");
    Map<ServedModule, Double> weights = mix(body, models, caller, names);
    String name = body.text("head");
    return of(weights, models.find(caller, names, name).module(), models, name);
  }

  private static ModuleChoice of(
      Map<ServedModule, Double> weights, ServedModule head, Models models, String name) {
    BaseEngine engine = models.engine(head);
    for (ServedModule module : weights.keySet()) {
      require(
          module.baseDigest().equals(head.baseDigest()),
          "mix",
          "of modules on the base of " + head.id(),
          module.id() + " on another one");
    }
    return new ModuleChoice(weights, head, engine, name);
  }

  private static Map<ServedModule, Double> mix(
      RequestBody body, Models models, Caller caller, Models.Names names) {
    JsonNode mix = body.get("mix");
    if (mix == null || !mix.isArray() || mix.isEmpty() || mix.size() > MOST_MIXED) {
      throw new UserError(
          "mix must be an array of 1 to "
              + MOST_MIXED
              + " objects with model and weight, got "
              + (mix == null || !mix.isArray() ? "something else" : mix.size()));
    }
    Map<ServedModule, Double> weights = new LinkedHashMap<>();
    boolean live = false;
    for (int i = 0; i < mix.size(); i++) {
      RequestBody one =
          RequestBody.object(mix.get(i), "mix[" + i + "]").only(List.of("model", "weight"));
      String name = one.text("model");
      ServedModule module = models.find(caller, names, name).module();
      live |= ModuleReference.parse(name) instanceof ModuleReference.Live;
      double weight = one.number("weight", 1);
      require(
          Math.abs(weight) <= LARGEST_WEIGHT,
          one.at("weight"),
          "in [-" + (int) LARGEST_WEIGHT + ", " + (int) LARGEST_WEIGHT + "]",
          weight);
      boolean fresh = weights.keySet().stream().noneMatch(known -> known.id().equals(module.id()));
      require(fresh, one.at("model"), "named once in a mix", module.id());
      weights.put(module, weight);
    }
    if (live && weights.size() > 1) {
      models.safeMixes().require(registered(weights));
    }
    return weights;
  }

  /** The versions of the registry among modules that act together. */
  private static Map<VersionId, Double> registered(Map<ServedModule, Double> weights) {
    Map<VersionId, Double> versions = new LinkedHashMap<>();
    weights.forEach(
        (module, weight) -> {
          if (!module.kept()) {
            versions.put(VersionId.of(module.id().module(), module.id().version()), weight);
          }
        });
    return versions;
  }

  /** The scales of one request, as llama.cpp has them: adapters by number. */
  private static Map<ServedModule, Double> lora(
      RequestBody body, Models models, Caller caller, Models.Names names) {
    JsonNode list = body.get("lora");
    if (list == null || !list.isArray() || list.isEmpty() || list.size() > MOST_MIXED) {
      throw new UserError(
          "lora must be an array of 1 to " + MOST_MIXED + " objects with id and scale");
    }
    Map<Integer, Double> scales = scales(list, "lora");
    Map<ServedModule, Double> weights = new LinkedHashMap<>();
    for (LocalAdapter adapter : names.local().values()) {
      Double scale = scales.remove(adapter.number());
      if (scale != null) {
        weights.put(models.find(caller, names, adapter.name()).module(), scale);
      }
    }
    require(scales.isEmpty(), "lora", "of adapters that are loaded", "the ids " + scales.keySet());
    return weights;
  }

  /** What an answer says of who gave it: the head, and each module with its weight. */
  public Map<String, Object> identity() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("model", named);
    members.putAll(identity(head.id()));
    members.put("base", engine.base().name());
    List<Map<String, Object>> modules = new ArrayList<>();
    weights.forEach(
        (module, weight) -> {
          Map<String, Object> one = new LinkedHashMap<>(identity(module.id()));
          one.put("weight", weight);
          modules.add(one);
        });
    members.put("modules", modules);
    return members;
  }

  /** Module, version and digest. */
  public static Map<String, Object> identity(ServedVersion id) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("module", id.module());
    members.put("version", id.version());
    members.put("digest", id.digest());
    return members;
  }

  /** Scales by the number of their adapter. */
  public static Map<Integer, Double> scales(JsonNode list, String path) {
    Map<Integer, Double> scales = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      RequestBody one =
          RequestBody.object(list.get(i), path + "[" + i + "]").only(List.of("id", "scale"));
      Integer id = one.wholeOrNull("id");
      if (id == null) {
        throw RequestBody.wrong(one.at("id"), "a whole number", list.get(i).path("id"));
      }
      require(!scales.containsKey(id), one.at("id"), "named once", id);
      scales.put(id, one.number("scale", 1));
    }
    return scales;
  }
}
