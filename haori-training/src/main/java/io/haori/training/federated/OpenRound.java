package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.tensor.Scope;
import io.haori.training.federated.SecureVector.Factors;
import io.haori.training.task.Tuner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A round with the module that every site begins with: what sites send must have its method, its
 * layers and its shapes, and its A where A is shared.
 */
final class OpenRound implements AutoCloseable {
  private final RoundPlace place;
  private final TextBase base;
  private final AdapterModule start;

  private OpenRound(RoundPlace place, TextBase base, AdapterModule start) {
    this.place = place;
    this.base = base;
    this.start = start;
  }

  /**
   * The round of a folder.
   *
   * @param folder of the round
   * @param base of the round; stays open
   * @throws io.haori.core.check.UserError when it is another base
   */
  static OpenRound of(Path folder, TextBase base) {
    RoundPlace place = RoundPlace.of(folder);
    RoundMerge.requireBase(folder, place.round(), base);
    return new OpenRound(place, base, start(folder, place.round(), base));
  }

  private static AdapterModule start(Path folder, Round round, TextBase base) {
    Path model = RoundFolder.model(folder);
    if (!Files.isDirectory(model)) {
      return Tuner.startingModule(base, round.settings());
    }
    TextModel stored = AdapterFolder.load(model, base, round.settings().text().precision());
    stored.heads().close();
    return stored.module();
  }

  /** Which round it is. */
  RoundPlace place() {
    return place;
  }

  /** What all sites agree on. */
  Round round() {
    return place.round();
  }

  /** The base. */
  TextBase base() {
    return base;
  }

  /** The method of every site. */
  AdapterMethod method() {
    return start.method();
  }

  /** The layers that every site begins with, by slot. */
  Map<String, AdaptedLinear> layers() {
    return start.layers();
  }

  /** Width of the vector that heads read. */
  int width() {
    return round().settings().text().width(base);
  }

  /** A of each layer and what the method calls the factors, by slot. */
  Map<String, Factors> factors() {
    Map<String, Factors> factors = new LinkedHashMap<>();
    start.layers().forEach((slot, layer) -> factors.put(slot, Factors.of(layer)));
    return factors;
  }

  /**
   * Refuses a module of another method, rank or other settings.
   *
   * @param file for the message
   * @param name of the module's method
   * @param settings of it, as texts
   */
  void requireMethod(Path file, String name, Map<String, String> settings) {
    require(
        name.equals(method().name()),
        file + ": method",
        method().name() + " as in the round",
        JsonFile.printable(name));
    ObjectNode wanted = JsonSettings.texts(method().settings());
    wanted
        .properties()
        .forEach(
            one -> {
              String got = settings.getOrDefault(one.getKey(), "nothing");
              require(
                  got.equals(one.getValue().asText()),
                  file + ": " + name + "." + one.getKey(),
                  one.getValue().asText() + " as in the round",
                  JsonFile.printable(got));
            });
    for (String setting : settings.keySet()) {
      if (!wanted.has(setting)) {
        throw Check.in(file, name + " has no setting " + JsonFile.printable(setting));
      }
    }
  }

  /**
   * Refuses another A than the one that all sites keep.
   *
   * @param slot of the layer
   * @param down of a site, {@code [r, in]} row by row
   */
  void requireDown(String slot, float[] down) {
    AdaptedLinear layer = layers().get(slot);
    if (!(layer instanceof LowRankUpdate lowRank)) {
      throw new IllegalStateException("rounds are of low-rank methods");
    }
    try (Scope scope = Scope.open()) {
      if (!Arrays.equals(down, lowRank.down().toFloats())) {
        throw new UserError("A of " + slot + " must be the shared one, which no site changes");
      }
    }
  }

  @Override
  public void close() {
    start.close();
  }
}
