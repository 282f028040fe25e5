package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an update holds, each part as the round has it. Its signature says who wrote it, not that it
 * was written by a fit.
 *
 * @param file for messages
 * @param facts signed with it
 * @param tensors of the file by name; closed by the caller
 * @param open round that it is for
 */
record UpdateParts(Path file, JsonNode facts, Map<String, Tensor> tensors, OpenRound open) {
  /** Before the names of the module's tensors. */
  static final String MODULE = "module.";

  /** Weight of the head, {@code [labels, width]}. */
  static final String HEAD_WEIGHT = "head.weight";

  /** Bias of the head, {@code [labels]}. */
  static final String HEAD_BIAS = "head.bias";

  private static final int MOST_LABELS = 100_000;
  private static final int MOST_ROWS = 1_000_000_000;

  /** No fit comes near it, and squares of products of such numbers still have a sum in F32. */
  private static final double MOST_NUMBER = 1e6;

  /**
   * All of them.
   *
   * @param site that signed the file
   * @param key that it signed with
   * @return owned by the caller
   * @throws UserError when one is not as the round has it
   */
  Update update(String site, String key) {
    requireTask();
    int rows = rows();
    requireMethod();
    List<String> names = labels();
    requireTensors();
    try {
      return update(site, key, rows, LabelSet.of(names));
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private void requireTask() {
    String task = facts.path("task").asText();
    require(
        task.equals(TaskCatalogue.CLASSIFICATION.name()),
        file + ": task",
        TaskCatalogue.CLASSIFICATION.name(),
        JsonFile.printable(task));
  }

  private int rows() {
    JsonNode rows = facts.path("rows");
    boolean fits = rows.isIntegralNumber() && rows.canConvertToInt();
    require(
        fits && rows.asInt() >= 1 && rows.asInt() <= MOST_ROWS,
        file + ": rows",
        "a whole number in [1, " + MOST_ROWS + "]",
        JsonFile.printable(rows.asText("nothing")));
    return rows.asInt();
  }

  private void requireMethod() {
    Map<String, String> settings = new LinkedHashMap<>();
    facts
        .path("settings")
        .properties()
        .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
    open.requireMethod(file, facts.path("method").asText(), settings);
  }

  private List<String> labels() {
    List<String> names = new ArrayList<>();
    facts.path("labels").forEach(name -> names.add(name.asText()));
    require(
        !names.isEmpty() && names.size() <= MOST_LABELS,
        file + ": labels",
        "1 to " + MOST_LABELS,
        names.size());
    require(
        LabelSet.of(names).names().equals(names),
        file + ": labels",
        "different, in order",
        "others");
    return names;
  }

  /** Refuses missing and further tensors, other types, and numbers with which sums overflow. */
  private void requireTensors() {
    TreeSet<String> wanted = new TreeSet<>(List.of(HEAD_WEIGHT, HEAD_BIAS));
    open.layers()
        .forEach(
            (slot, layer) ->
                layer.tensors().keySet().forEach(name -> wanted.add(MODULE + slot + "." + name)));
    for (String name : wanted) {
      if (!tensors.containsKey(name)) {
        throw Check.in(file, "must hold the tensor " + name + ", as every site of the round does");
      }
    }
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              require(
                  wanted.contains(name),
                  file + ": tensors",
                  "those of the layers of the round alone",
                  JsonFile.printable(name));
              require(
                  tensor.dtype() == DType.F32,
                  file + ": type of " + name,
                  DType.F32.toString(),
                  tensor.dtype());
              requireSmall(name, tensor);
            });
  }

  private void requireSmall(String name, Tensor tensor) {
    for (float number : tensor.toFloats()) {
      require(
          Math.abs(number) <= MOST_NUMBER, file + ": numbers of " + name, "in [-1e6, 1e6]", number);
    }
  }

  private Update update(String site, String key, int rows, LabelSet labels) {
    Heads heads =
        Heads.restore(
            DomainLabels.single(TaskCatalogue.CLASSIFICATION, labels),
            open.width(),
            Map.of("classifier.weight", tensor(HEAD_WEIGHT), "classifier.bias", tensor(HEAD_BIAS)));
    boolean whole = false;
    try {
      Update update = new Update(site, rows, key, NoiseJson.read(facts), module(), heads);
      whole = true;
      return update;
    } finally {
      if (!whole) {
        heads.close();
      }
    }
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException(name);
    }
    return tensor;
  }

  private AdapterModule module() {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean whole = false;
    try {
      for (Slot slot : open.base().backbone().slots()) {
        AdaptedLinear start = open.layers().get(slot.name());
        if (start != null) {
          Map<String, Tensor> own = new LinkedHashMap<>();
          for (String name : start.tensors().keySet()) {
            own.put(name, tensor(MODULE + slot.name() + "." + name));
          }
          AdaptedLinear layer = open.method().restore(slot, own);
          layers.put(slot.name(), layer);
          if (open.round().aggregation().keepsDown() && layer instanceof LowRankUpdate lowRank) {
            open.requireDown(slot.name(), lowRank.down().toFloats());
          }
        }
      }
      whole = true;
      return new AdapterModule("task", open.method(), layers);
    } finally {
      if (!whole) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }
}
