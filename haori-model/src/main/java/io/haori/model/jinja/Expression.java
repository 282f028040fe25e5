package io.haori.model.jinja;

/** What has a value. */
@FunctionalInterface
interface Expression {
  /** The value, never null. */
  Object value(Frame frame);
}
