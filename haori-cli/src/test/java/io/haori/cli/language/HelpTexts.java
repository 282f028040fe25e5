package io.haori.cli.language;

import io.haori.cli.HelpWalk;
import java.util.List;

/** What the help of all commands says. */
final class HelpTexts {
  private static final List<String> ALL = HelpWalk.texts();

  private HelpTexts() {}

  static List<String> all() {
    return ALL;
  }
}
