package io.haori.cli;

import io.haori.cli.terminal.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One run of the command line in this process: what it said and how it ended.
 *
 * @param code its exit code
 * @param out its stdout
 * @param err its stderr
 * @param words what a person would have read without {@code --json}; nothing without it
 */
record Cli(int code, String out, String err, String words) {
  static Cli run(String... arguments) {
    return runWithInput("", arguments);
  }

  static Cli runWithInput(String input, String... arguments) {
    Map<String, String> english = new HashMap<>(System.getenv());
    english.put("HAORI_LANG", "en");
    return run(input, english, arguments);
  }

  static Cli runWith(Map<String, String> environment, String... arguments) {
    return run("", environment, arguments);
  }

  private static Cli run(String input, Map<String, String> environment, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var words = new ByteArrayOutputStream();
    var results = new PrintStream(out, true, StandardCharsets.UTF_8);
    var console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            results,
            results,
            new PrintStream(words, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false,
            Console.MAX_COLUMNS);
    int code = new Main(console, InstantSource.system(), environment).run(arguments);
    return new Cli(
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8),
        words.toString(StandardCharsets.UTF_8));
  }

  /** How far the work is, which a slow machine says every ten seconds and a quick one never. */
  private static final Pattern PROGRESS = Pattern.compile("[^:]+: [\\d,]+ of [\\d,]+(, .*)?\n");

  /**
   * Stderr without the counts of the data, which come before every training, and without progress.
   */
  String messages() {
    StringBuilder messages = new StringBuilder();
    boolean counts = false;
    for (String line : err.split("(?<=\\n)", -1)) {
      counts = line.startsWith("Data: ") || (counts && line.startsWith("  "));
      messages.append(counts || PROGRESS.matcher(line).matches() ? "" : line);
    }
    return messages.toString();
  }
}
