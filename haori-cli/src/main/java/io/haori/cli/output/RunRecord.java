package io.haori.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.json.JsonFile;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a command with many runs was asked for, kept in its {@code --out}: the same command again
 * continues there or repeats its result, another one is refused. Closed when the command ends:
 * where it has made nothing else, because something was wrong, the record is what it was before.
 */
public final class RunRecord implements AutoCloseable {
  /** Its file. */
  static final String FILE = "haori-run.json";

  private static final String COMMAND = "command";
  private static final String OPTIONS = "options";
  private static final String DATA = "data";

  /** What is kept of an option that was not given. */
  public static final String NONE = "left out";

  private static final long MAX_BYTES = 10_000_000;

  /** They change where the result is and how it is shown; data are compared by their digests. */
  private static final Set<String> IRRELEVANT =
      Set.of(
          "--out",
          "--force",
          "--json",
          "--lang",
          "--quiet",
          "--debug",
          "--threads",
          "--data",
          "--runs",
          "--no-test",
          "--settings",
          "--help",
          "--version");

  /** More of them adds runs and loses none. */
  private static final Set<String> GROWING =
      Set.of("--methods", "--seeds", "--ranks", "--layers", "--bases", "--settings");

  private final Path out;
  private final boolean wasThere;

  /** What the command found when it wrote its record; null before. */
  private @Nullable Found found;

  private final boolean force;
  private final String command;
  private final Map<String, String> options;

  /** What options have that nobody gives: that of a run of a version that did not know them. */
  private final Map<String, String> usual;

  private RunRecord(
      Path out,
      boolean force,
      String command,
      Map<String, String> options,
      Map<String, String> usual) {
    this.out = out;
    wasThere = Files.exists(out);
    this.force = force;
    this.command = command;
    this.options = options;
    this.usual = usual;
  }

  /**
   * Refuses a folder with something in it that is not of the same command with the same options.
   *
   * @param spec of the command that runs
   * @param out as given with {@code --out}
   * @param force whether what Haori wrote there may be replaced
   * @param marks names of which one at least is in a folder that the command wrote
   * @throws UserError that says what is there or what differs
   * @throws IOException when the folder cannot be listed
   */
  public static RunRecord open(CommandSpec spec, Path out, boolean force, Set<String> marks)
      throws IOException {
    return open(spec, out, force, marks, Map.of());
  }

  /**
   * The same of a command whose options do not say all.
   *
   * @param more what else must be the same, by the option that it came from
   */
  public static RunRecord open(
      CommandSpec spec, Path out, boolean force, Set<String> marks, Map<String, String> more)
      throws IOException {
    Map<String, String> options = new TreeMap<>();
    Map<String, String> usual = new TreeMap<>();
    for (OptionSpec option : spec.options()) {
      if (!IRRELEVANT.contains(option.longestName())) {
        options.put(option.longestName(), text(option.getValue()));
        usual.put(option.longestName(), text(option.defaultValue()));
      }
    }
    options.putAll(more);
    String command = spec.qualifiedName().replaceFirst("^haori ", "");
    RunRecord record = new RunRecord(out, force, command, options, usual);
    List<String> names = OutFolder.requirePlace(out);
    if (force || !names.contains(FILE)) {
      Set<String> all = new HashSet<>(marks);
      all.add(FILE);
      OutFolder.requireFillable(out, force, all);
    } else if (names.size() > 1) {
      record.requireSame();
    }
    return record;
  }

  /**
   * Refuses other data than the folder's runs had, then writes down what is asked for.
   *
   * @param data by the names that sentences use
   * @throws UserError that names a file whose content differs
   * @throws IOException when the folder cannot be listed
   */
  public void keep(Map<String, Dataset> data) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    data.forEach(
        (name, set) -> {
          for (Split split : Split.values()) {
            DataFile file = set.split(split);
            digests.put(name + "/" + file.path().getFileName(), file.sha256());
          }
        });
    keepDigests(digests);
  }

  /**
   * The same of any files.
   *
   * @param digests SHA-256 of each by the name that sentences use
   * @throws UserError that names a file whose content differs
   * @throws IOException when the folder cannot be listed
   */
  public void keepDigests(Map<String, String> digests) throws IOException {
    if (!force && HaoriFiles.names(out).size() > 1) {
      Map<String, String> before = read(DATA);
      Set<String> names = new HashSet<>(before.keySet());
      names.addAll(digests.keySet());
      names.stream()
          .sorted()
          .filter(name -> !digests.getOrDefault(name, "").equals(before.getOrDefault(name, "")))
          .findFirst()
          .ifPresent(
              name -> {
                throw other(
                    before.containsKey(name) && digests.containsKey(name)
                        ? "read other rows in " + name
                        : (before.containsKey(name) ? "read " : "did not read ") + name);
              });
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(COMMAND, command);
    options.forEach(json.putObject(OPTIONS)::put);
    digests.forEach(json.putObject(DATA)::put);
    Path file = out.resolve(FILE);
    if (found == null) {
      found = new Found(Files.exists(file) ? Files.readString(file) : null, others());
    }
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }

  /**
   * What a command finds in its folder.
   *
   * @param record what the last command there was asked for; null where there is none
   * @param others when each other file was written last
   */
  private record Found(@Nullable String record, Map<Path, FileTime> others) {}

  private Map<Path, FileTime> others() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path file : FolderWalk.files(out)) {
      if (!file.equals(out.resolve(FILE))) {
        times.put(file, Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
      }
    }
    return times;
  }

  /**
   * Takes the record away where it is alone, with the folder where this command has made it; brings
   * back the one that was there before where this command has made nothing beside it.
   */
  @Override
  public void close() throws IOException {
    Path file = out.resolve(FILE);
    Found before = found;
    if (before == null || !Files.exists(file)) {
      return;
    }
    if (FolderWalk.files(out, path -> true, 2).size() > 1) {
      if (before.record() != null && before.others().equals(others())) {
        AtomicFiles.writeText(file, before.record());
      }
      return;
    }
    Files.delete(file);
    try (Stream<Path> all = Files.walk(out)) {
      for (Path folder : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!folder.equals(out) || !wasThere) {
          Files.delete(folder);
        }
      }
    }
  }

  /**
   * Says in a folder that is replaced as a whole which command wrote it, where nothing else does.
   *
   * @param folder exists
   * @param command without {@code haori}
   */
  public static void mark(Path folder, String command) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(COMMAND, command);
    AtomicFiles.writeText(folder.resolve(FILE), json.toPrettyString() + "\n");
  }

  private void requireSame() {
    JsonNode before = JsonFile.readObject(out.resolve(FILE), MAX_BYTES).path(COMMAND);
    if (!before.asText().equals(command)) {
      throw other("was haori " + before.asText());
    }
    Map<String, String> stored = read(OPTIONS);
    options.forEach(
        (name, value) -> {
          String was = stored.getOrDefault(name, usual.getOrDefault(name, NONE));
          if (!value.equals(was) && !(GROWING.contains(name) && grows(was, value))) {
            throw other("had " + name + " " + was + ", not " + value);
          }
        });
  }

  private UserError other(String difference) {
    return new UserError(
        "--out must be a new or empty folder, or one of the same run, got "
            + out
            + ", whose run "
            + difference
            + OutFolder.FORCE);
  }

  private Map<String, String> read(String key) {
    Map<String, String> read = new TreeMap<>();
    JsonFile.readObject(out.resolve(FILE), MAX_BYTES)
        .path(key)
        .properties()
        .forEach(field -> read.put(field.getKey(), field.getValue().asText()));
    return read;
  }

  private static boolean grows(String was, String is) {
    if (was.matches("\\d{1,9}") && is.matches("\\d{1,9}")) {
      return Integer.parseInt(is) >= Integer.parseInt(was);
    }
    return Arrays.asList(is.split(",", -1)).containsAll(Arrays.asList(was.split(",", -1)));
  }

  private static String text(@Nullable Object value) {
    List<String> texts = new ArrayList<>();
    if (value instanceof Collection<?> several) {
      several.forEach(one -> texts.add(String.valueOf(one)));
    } else if (value instanceof Map<?, ?> map) {
      new TreeMap<>(map).forEach((key, one) -> texts.add(key + "=" + one));
    } else if (value != null) {
      texts.add(String.valueOf(value));
    }
    return texts.isEmpty() ? NONE : String.join(",", texts);
  }
}
