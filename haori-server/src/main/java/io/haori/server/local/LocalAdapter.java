package io.haori.server.local;

import io.haori.server.engine.ServedModule;

/**
 * An adapter that was loaded by its path.
 *
 * @param number counted from 0 in the order of loading; kept when it is loaded anew
 * @param path below the folder of adapters
 * @param module with a version that grows by 1 each time it is loaded anew
 * @param scale what its update is multiplied with where a request does not say it
 */
public record LocalAdapter(int number, String path, ServedModule module, double scale) {
  LocalAdapter withScale(double newScale) {
    return new LocalAdapter(number, path, module, newScale);
  }

  /** The name under which requests ask for it. */
  public String name() {
    return module.id().module();
  }
}
