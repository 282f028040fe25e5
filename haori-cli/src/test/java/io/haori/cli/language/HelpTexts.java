package io.haori.cli.language;

import java.util.ArrayList;
import java.util.List;

/** What the help of all commands says. */
final class HelpTexts {
  private HelpTexts() {}

  static List<String> all() {
    return new ArrayList<>();
  }
}
