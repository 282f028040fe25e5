package io.haori.model.jinja;

/** A value of the language's own with named parts: a loop's state, a namespace. */
interface Attributes {
  /** A part; {@link Undefined} where there is none of the name. */
  Object attribute(String name);
}
