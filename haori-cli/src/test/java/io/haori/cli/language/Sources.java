package io.haori.cli.language;

import io.haori.cli.language.EnglishTexts.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sentences of the project's own sources. */
final class Sources {
  /** Modules whose sentences no user reads. */
  private static final Set<String> NOT_FOR_USERS =
      Set.of("haori-benchmarks", "haori-examples", "haori-testkit");

  /** What they write into files, which stay English: Python, README. The server has its own. */
  private static final Pattern FILES =
      Pattern.compile(
          ".*/(io/haori/server/page/.*|PythonCode|ExportReadme|HaoriFiles|Readme)\\.java");

  /** What programs read or only logs and metrics have, and texts that are examples. */
  private static final Pattern PROGRAMS =
      Pattern.compile(
          ".*/(MetricsRoute|DriftWatch|FeedbackLog|TrialMeters"
              + "|ResidencyMeters|BatchQueue|Admission|MicrometerMetering|LiveDecisions"
              + "|WindowFiles|LoraRoutes|CalibrationTexts|HaoriHealthIndicator|HaoriProperties"
              + "|WarmUpCommand|FullDisk|MaskedText|Relation|JobRun|JobKind|Nearest)\\.java");

  private static final Pattern WORDS = Pattern.compile("[A-Za-z][a-z']*,? [a-z][a-z']");
  private static final Pattern WORD_AND_PLACE =
      Pattern.compile("(□,? [a-z]{2,})|((?<![\\w./-])[a-z]{2,} □)");

  /** Commands, settings and what is no English: statements for databases, types as text. */
  private static final Pattern NO_SENTENCE =
      Pattern.compile(
          "\\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|PRAGMA|BEGIN|DROP|ROLLBACK|COMMIT|LOCK|WITH|SET)\\b.*|\\w+\\[.*|<.*|\">.*|□?<div.*|echo"
              + " .*|import .*|print.*|\\{\"text\".*|[\\w.-]+(, [\\w.-]+)+|%\\.\\df ms|\\s*ORDER"
              + " BY.*|single run, 3|\\{\\{.*|peft □|haori □|□ (train|validation|test)",
          Pattern.DOTALL);

  private static final Pattern COMMAND =
      Pattern.compile(
          "\\bhaori [^,;.]*--[^,;]*|\\b(haori|openssl|analyze|data|module|module token)("
              + " -?[a-z]+)+\\b|--[a-z-]+ [\\w-]+|^federate [a-z]+$|`[^`]*`");

  /**
   * Examples of texts, what is written into files beside sentences for people, and words of Spark.
   */
  private static final Set<String> EXAMPLES =
      Set.of(
          "LoRA adapter written by Haori",
          "failed barrier",
          "a person who",
          "What does \"□\" mean?",
          "a rich soup thickened with okra",
          "The pump stops after some minutes, and its motor is hot to the touch.",
          "What is asked here may take several sentences to tell. It was bought in spring, used"
              + " every day since, and has begun to make a noise that nobody can explain.");

  private static List<Found> cached = List.of();

  private Sources() {}

  /** All texts. */
  static List<Found> all() throws IOException {
    if (cached.isEmpty()) {
      cached = EnglishTexts.of(files());
    }
    return cached;
  }

  /** Those that a person reads on the console. */
  static List<Found> shown() throws IOException {
    return all().stream()
        .filter(one -> !FILES.matcher(one.file().toString()).matches())
        .filter(one -> !PROGRAMS.matcher(one.file().toString()).matches())
        .filter(one -> isSentence(one.text()) && !EXAMPLES.contains(one.text()))
        .toList();
  }

  /** Whether a text is English, and not a name, a command or a statement for a database. */
  static boolean isSentence(String text) {
    if (NO_SENTENCE.matcher(text).matches()) {
      return false;
    }
    String rest = COMMAND.matcher(text).replaceAll("_");
    return WORDS.matcher(rest).find() || WORD_AND_PLACE.matcher(rest).find();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> modules = Files.list(root())) {
      List<Path> roots =
          modules
              .filter(one -> !NOT_FOR_USERS.contains(String.valueOf(one.getFileName())))
              .map(one -> one.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .sorted()
              .toList();
      List<Path> files = new ArrayList<>();
      for (Path root : roots) {
        try (Stream<Path> below = Files.walk(root)) {
          below.filter(one -> one.toString().endsWith(".java")).sorted().forEach(files::add);
        }
      }
      return files;
    }
  }

  /** The project's folder: tests run in a module of it. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("haori-core"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
