package io.haori.model.chat;

import java.util.Locale;

/** Who says something. */
public enum Role {
  /** What the assistant is to be, said before everything else. */
  SYSTEM,
  /** Who asks. */
  USER,
  /** The decoder. */
  ASSISTANT,
  /** What a tool gave that the assistant asked for. */
  TOOL;

  /** As files and templates have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
