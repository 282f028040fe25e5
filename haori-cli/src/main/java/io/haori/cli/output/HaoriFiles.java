package io.haori.cli.output;

import io.haori.core.files.AdapterFiles;
import io.haori.core.files.FolderWalk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Knows what Haori writes into folders that it replaces as a whole: adapters, mixes, exports. */
public final class HaoriFiles {
  /** Folders of models that were trained for several tasks, each with a number behind it. */
  public static final String MODEL = "model-";

  /** The folder of the first. */
  public static final String FIRST_MODEL = MODEL + 1;

  /** First line of the page beside an exported adapter. */
  public static final String PYTHON_TITLE = "# An adapter by Haori";

  private static final String HAORI = AdapterFiles.HAORI;
  private static final String CHECKPOINT = "checkpoint";
  private static final String README = "README.md";
  private static final String SEARCH = "search.json";

  /** Left by a process that was killed while it wrote. */
  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.tmp-[0-9a-f]+");

  private static final Pattern FOLDER =
      Pattern.compile("(model(?:-\\d+)?|head|base|modules/[^/]+)/([^/]+)");
  private static final Pattern FILE =
      Pattern.compile(
          "haori(-run)?\\.json|adapter_config\\.json|adapter_model(\\.sparse)?\\.safetensors"
              + "|(head|heads|base|module|mix|gate|model|domain|memory)\\.safetensors|(mix|search|round|anomaly)\\.json|plan\\.(json|html)"
              + "|calibration\\.(json|safetensors)|contributions\\.(svg|json)|(preprocessor_)?config\\.json|tokenizer(_config)?\\.json");
  private static final Pattern CHECKPOINTED =
      Pattern.compile(
          "checkpoint/((stage-\\d+/)?(checkpoint\\.json|(state|best)-\\d+(-\\d+)?\\.safetensors)"
              + "|comparison(/[0-9a-f]{64}){2}/run\\.json)");

  /** Files of others that are looked for before the first by name is shown. */
  private static final int SHOWN = 1_000;

  /** Files of which one at least is in a folder that Haori wrote; bases of others have none. */
  private static final List<String> MARKS =
      List.of(
          HAORI,
          RunRecord.FILE,
          "mix.json",
          SEARCH,
          "plan.json",
          "round.json",
          "anomaly.json",
          CHECKPOINT,
          "head/" + HAORI,
          FIRST_MODEL + "/" + HAORI);

  private HaoriFiles() {}

  /** What a folder holds, by name; leftovers of ours are not counted. Empty when it is missing. */
  public static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !TEMPORARY.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  /**
   * The first file that Haori did not write, as a path in the folder.
   *
   * @param folder holds something
   */
  public static Optional<String> foreign(Path folder) {
    boolean marked = MARKS.stream().anyMatch(mark -> Files.exists(folder.resolve(mark)));
    return foreign(folder, marked || isExport(folder));
  }

  /**
   * The same for a folder of which it is known whether Haori wrote it.
   *
   * @param folder holds something
   * @param known without it, every file counts as somebody else's
   */
  public static Optional<String> foreign(Path folder, boolean known) {
    boolean export = isExport(folder);
    Optional<String> other =
        FolderWalk.files(folder, path -> !isOurs(slashed(path), export), SHOWN).stream()
            .map(file -> slashed(folder.relativize(file)))
            .findFirst();
    if (other.isPresent() || known) {
      return other;
    }
    return FolderWalk.files(folder, path -> true, SHOWN).stream()
        .map(file -> slashed(folder.relativize(file)))
        .findFirst();
  }

  private static String slashed(Path path) {
    return path.toString().replace('\\', '/');
  }

  /** PEFT writes files of the same names, but another README. */
  private static boolean isExport(Path folder) {
    Path readme = folder.resolve(README);
    if (!Files.isRegularFile(readme)) {
      return false;
    }
    try (BufferedReader lines = Files.newBufferedReader(readme)) {
      return PYTHON_TITLE.equals(lines.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOurs(String path, boolean export) {
    if (path.equals(README) || path.equals("labels.txt")) {
      return export;
    }
    var inside = FOLDER.matcher(path);
    String name = inside.matches() ? inside.group(2) : path;
    String last = name.substring(name.lastIndexOf('/') + 1);
    return FILE.matcher(name).matches()
        || CHECKPOINTED.matcher(name).matches()
        || TEMPORARY.matcher(last).matches();
  }

  /** Whether a run was interrupted that wrote there. */
  static boolean isUnfinished(Path folder) {
    return Files.isDirectory(folder.resolve(CHECKPOINT)) || Files.exists(folder.resolve(SEARCH));
  }

  /** Whether a folder is a module, done or interrupted. */
  public static boolean isModule(Path folder) {
    return Files.exists(folder.resolve(HAORI)) || Files.isDirectory(folder.resolve(CHECKPOINT));
  }
}
