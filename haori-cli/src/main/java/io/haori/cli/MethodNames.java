package io.haori.cli;

import io.haori.adapter.catalogue.MethodCatalogue;
import java.util.Iterator;

/** The methods' names, for the help and for shells that complete words. */
final class MethodNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return MethodCatalogue.names().iterator();
  }
}
