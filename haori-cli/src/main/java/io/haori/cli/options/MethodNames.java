package io.haori.cli.options;

import io.haori.adapter.catalogue.MethodCatalogue;
import java.util.Iterator;

/** The methods' names, for the help and for shells that complete words. */
public final class MethodNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return MethodCatalogue.names().iterator();
  }
}
