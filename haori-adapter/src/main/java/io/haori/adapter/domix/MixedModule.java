package io.haori.adapter.domix;

import io.haori.adapter.spi.AdapterModule;
import java.nio.file.Path;

/**
 * A module that goes into a mix.
 *
 * @param name unique in the mix
 * @param folder where it is
 * @param digest of its files, in hexadecimal: a mix belongs to these modules and no others
 * @param module its layers; read while layers of the mix are made, not owned
 */
public record MixedModule(String name, Path folder, String digest, AdapterModule module) {
  @Override
  public String toString() {
    return name + "@" + digest;
  }
}
