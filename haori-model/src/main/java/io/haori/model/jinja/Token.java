package io.haori.model.jinja;

/**
 * A part of a template.
 *
 * @param kind what it is
 * @param text its characters; of a string without quotes and escapes
 * @param line where it is, from 1
 */
record Token(Kind kind, String text, int line) {
  /** What a part is. */
  enum Kind {
    /** Goes into the result as it is. */
    TEXT,
    /** Begins a value that goes into the result. */
    VALUE_BEGIN,
    /** Ends it. */
    VALUE_END,
    /** Begins a statement. */
    BLOCK_BEGIN,
    /** Ends it. */
    BLOCK_END,
    /** A name or a word of the language. */
    NAME,
    /** A text in quotes. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** A number with a fraction. */
    FLOAT,
    /** A sign such as {@code ==}. */
    OPERATOR,
    /** The end of the template. */
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  /** As a message names it. */
  String shown() {
    return kind == Kind.END ? "its end" : text;
  }
}
