package io.haori.adapter.mixfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.domix.Bridge;
import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixConfig.Part;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code mix.json}.
 *
 * @param config the choices of a mix that was learnt, null for one that is routed
 * @param route the choices of a mix that is routed, null for one that was learnt
 * @param modules in the order of their blocks
 */
record MixDescription(
    @Nullable DomixConfig config, @Nullable RouteConfig route, List<Member> modules) {
  /** Since when mixes may be routed; one that was learnt is written as before. */
  private static final int ROUTED_VERSION = 2;

  private static final int FORMAT_VERSION = 2;
  private static final long MAX_BYTES = 10_000_000;

  /**
   * A module of the mix.
   *
   * @param name in the mix
   * @param relative path from the mix's folder, with {@code /}; empty when there is none
   * @param absolute path when the mix was written, tried second
   * @param digest what the module's files must have
   */
  record Member(String name, String relative, String absolute, String digest) {
    /** The module's folder, whose content is what it was. */
    Path find(Path mix) {
      Path inside = path(mix.toAbsolutePath().normalize().resolve(MixFolder.MODULES), name);
      Path first = path(mix.toAbsolutePath().normalize().getParent(), relative);
      Path chosen = path(null, absolute);
      if (inside != null && exists(inside)) {
        chosen = inside;
      } else if (first != null && exists(first)) {
        chosen = first;
      }
      if (chosen == null || !exists(chosen)) {
        throw Check.in(mix, "needs the module " + name + ", but there is none in " + absolute);
      }
      String found = PeftFolder.digest(chosen);
      if (!found.equals(digest)) {
        throw Check.in(
            mix,
            "was made with the module "
                + name
                + " of digest "
                + digest
                + ", but "
                + chosen
                + " has changed since, its digest is "
                + found);
      }
      return chosen;
    }

    private static boolean exists(Path folder) {
      return Files.exists(folder.resolve(PeftFolder.CONFIG));
    }

    private static @Nullable Path path(@Nullable Path from, String text) {
      if (text.isEmpty()) {
        return null;
      }
      try {
        return from == null ? Path.of(text) : from.resolve(text).normalize();
      } catch (InvalidPathException e) {
        return null;
      }
    }
  }

  /** Of a mix by its method. */
  static MixDescription of(Path folder, AdapterMethod method) {
    if (method instanceof RoutedMethod routed) {
      return new MixDescription(null, routed.config(), members(folder, routed.modules()));
    }
    DomixMethod learnt = (DomixMethod) method;
    return new MixDescription(learnt.config(), null, members(folder, learnt.modules()));
  }

  private static List<Member> members(Path folder, List<MixedModule> modules) {
    Path parent = folder.toAbsolutePath().normalize().getParent();
    List<Member> members = new ArrayList<>();
    for (MixedModule module : modules) {
      Path member = module.folder().toAbsolutePath().normalize();
      String relative = "";
      if (parent != null && Objects.equals(parent.getRoot(), member.getRoot())) {
        relative = parent.relativize(member).toString().replace('\\', '/');
      }
      members.add(new Member(module.name(), relative, member.toString(), module.digest()));
    }
    return members;
  }

  void write(Path file) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (route != null) {
      json.put("formatVersion", ROUTED_VERSION);
      json.put("method", RoutedMethod.NAME);
      json.put("route", route.route().word());
      json.put("top", route.top());
      json.put("temperature", route.temperature());
    } else if (config != null) {
      json.put("formatVersion", 1);
      json.put("method", DomixMethod.NAME);
      learnt(json, config);
    }
    ArrayNode list = json.putArray("modules");
    for (Member member : modules) {
      list.addObject()
          .put("name", member.name())
          .put("folder", member.relative())
          .put("absolute", member.absolute())
          .put("digest", member.digest());
    }
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }

  private static void learnt(ObjectNode json, DomixConfig config) {
    json.put("bridge", config.bridge().name().toLowerCase(Locale.ROOT));
    ArrayNode train = json.putArray("train");
    config.trained().forEach(part -> train.add(part.name()));
    json.put("dropout", config.dropout());
    json.put("bridgeLearningRateRatio", config.bridgeLearningRateRatio());
    json.put("bridgeStart", config.start().name().toLowerCase(Locale.ROOT));
  }

  static MixDescription read(Path file) {
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    int version = json.path("formatVersion").asInt(0);
    if (version < 1 || version > FORMAT_VERSION) {
      throw Check.in(file, "formatVersion must be in [1, " + FORMAT_VERSION + "], got " + version);
    }
    List<Member> members = new ArrayList<>();
    for (JsonNode one : json.path("modules")) {
      members.add(
          new Member(
              text(file, one, "name"),
              text(file, one, "folder"),
              text(file, one, "absolute"),
              text(file, one, "digest")));
    }
    if (json.path("method").asText().equals(RoutedMethod.NAME)) {
      return new MixDescription(null, route(file, json), members);
    }
    try {
      Set<Part> trained = EnumSet.noneOf(Part.class);
      json.path("train").forEach(part -> trained.add(Part.valueOf(part.asText())));
      DomixConfig config =
          new DomixConfig(
              Bridge.valueOf(text(file, json, "bridge").toUpperCase(Locale.ROOT)),
              trained,
              json.path("dropout").asDouble(Double.NaN),
              json.path("bridgeLearningRateRatio").asDouble(Double.NaN),
              BridgeStart.valueOf(
                  json.path("bridgeStart").asText("ranks").toUpperCase(Locale.ROOT)));
      return new MixDescription(config, null, members);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          file
              + ": bridge must be full or diagonal, train P, B or both, bridgeStart ranks,"
              + " modules or sum, got "
              + choices(json),
          e);
    }
  }

  private static RouteConfig route(Path file, ObjectNode json) {
    try {
      return new RouteConfig(
          RouteKind.parse("route", text(file, json, "route")),
          json.path("top").asInt(0),
          json.path("temperature").asDouble(Double.NaN));
    } catch (UserError e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file + ": ") ? e : new UserError(file + ": " + message, e);
    }
  }

  private static String choices(ObjectNode json) {
    return JsonFile.printable(
        json.path("bridge") + ", " + json.path("train") + " and " + json.path("bridgeStart"));
  }

  private static String text(Path file, JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isTextual()) {
      throw Check.in(
          file, key + " must be a string, got " + (node.isMissingNode() ? "nothing" : node));
    }
    return node.textValue();
  }
}
