package io.haori.cli.options;

import io.haori.inference.task.catalogue.TaskCatalogue;
import java.util.Iterator;

/** The tasks' names, for the help and for shells that complete words. */
public final class TaskNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return TaskCatalogue.names().iterator();
  }
}
