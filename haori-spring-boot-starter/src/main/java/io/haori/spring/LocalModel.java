package io.haori.spring;

import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A base with an adapter in this process. Owns both; Spring closes it with the application.
 *
 * @param model of them
 * @param name of the adapter's folder, for logs
 */
record LocalModel(TextModel model, String name) implements AutoCloseable {
  /**
   * Loads a base and an adapter; the base is kept as integers where it was in the training.
   *
   * @param adapter folder
   * @param named base; null for what the adapter says
   */
  static LocalModel open(Path adapter, @Nullable String named) {
    HaoriJson json = AdapterFolder.describe(adapter, named, List.of());
    TextBase base = AdapterFolder.openBase(adapter, json, named);
    try {
      return new LocalModel(AdapterFolder.load(adapter, base), adapter.getFileName().toString());
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  @Override
  public void close() {
    model.close();
    model.base().close();
  }
}
