package io.haori.inference.router;

import io.haori.inference.task.spi.Row;

/**
 * A row and where it goes.
 *
 * @param row a text, a pair of texts or words; its label is not looked at
 * @param route modules and head
 */
public record RoutedRow(Row row, Route route) {
  /**
   * A text for one module.
   *
   * @param text not blank
   * @param module name of an attached module with heads
   */
  public static RoutedRow of(String text, String module) {
    return new RoutedRow(new Row(text, null, null, null, 1), Route.module(module));
  }
}
