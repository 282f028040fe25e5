package io.haori.cli.registry;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import java.util.List;

/**
 * An adapter folder in memory with the base that it belongs to. Owns both.
 *
 * @param base as the folder names it, unless the user named another place of it
 * @param model what answers
 */
public record FittedModel(TextBase base, TextModel model) implements AutoCloseable {
  /**
   * Loads an adapter folder and its base.
   *
   * @param adapter the folder, or what a registry wrote out
   * @param json what the folder says of itself
   * @param labels names for a folder that has none; else empty
   * @param engine opens the base
   * @param common may name the base
   */
  public static FittedModel open(
      CheckedOut adapter,
      HaoriJson json,
      List<String> labels,
      EngineSetup engine,
      CommonOptions common) {
    engine.requireKept(adapter.folder());
    TextBase base =
        engine.open(
            AdapterFolder.base(adapter.folder(), json, common.base),
            engine.basePrecision(adapter.shown(), json));
    try {
      adapter.requireBase(base.name(), base.digest());
      return new FittedModel(
          base, AdapterFolder.load(adapter.folder(), base, labels, engine.precision()));
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  @Override
  public void close() {
    model.close();
    base.close();
  }
}
