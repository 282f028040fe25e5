package io.haori.client;

import java.util.List;

/**
 * What a module's heads answer.
 *
 * @param version that has them
 * @param heads in their order; none without a task's head
 */
public record ModuleHeads(AnsweredBy version, List<Head> heads) {
  /** Copies the list. */
  public ModuleHeads {
    heads = List.copyOf(heads);
  }

  /**
   * One head.
   *
   * @param domain whose rows it answers; empty for the only head
   * @param labels in the order of its outputs; none for numbers
   */
  public record Head(String domain, List<String> labels) {
    /** Copies the list. */
    public Head {
      labels = List.copyOf(labels);
    }
  }
}
