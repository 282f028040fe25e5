package io.haori.registry;

import io.haori.core.check.UserError;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A program that changes a registry in a process of its own and prints a line after each change:
 * {@code done} and what it did. {@code life} changes one module in all ways until it is killed,
 * {@code add} adds that many versions, {@code fill} adds until the disk refuses.
 */
public final class RegistryWriter {
  private static final String LIBRARY = "org.sqlite.tmpdir";

  private final Registry registry;
  private final ModuleName name;
  private final Path work;
  private final SplittableRandom random;

  private RegistryWriter(Registry registry, ModuleName name, Path work, long seed) {
    this.registry = registry;
    this.name = name;
    this.work = work;
    this.random = new SplittableRandom(seed);
  }

  /** Starts it in a Java of the same version and class path. */
  static ProcessBuilder command(
      TestDatabase database, String mode, String module, Path work, long seed, int count) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What a killed process leaves of the native library goes with the test's own folder.
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-D" + LIBRARY + "=" + work));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), RegistryWriter.class.getName()));
    Credentials credentials = database.credentials("admin");
    RegistryLocation location = database.location();
    command.addAll(
        List.of(
            location.isPostgres() ? location.jdbcUrl() : location.shown(),
            location.blobs().toString(),
            credentials.user(),
            credentials.token() == null ? "" : credentials.token(),
            mode,
            module,
            work.toString(),
            String.valueOf(seed),
            String.valueOf(count)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** Where the registry is, who comes, and what to do. */
  public static void main(String[] arguments) throws IOException {
    RegistryLocation location = RegistryLocation.parse(arguments[0], Path.of(arguments[1]));
    Credentials credentials =
        new Credentials(arguments[2], arguments[3].isEmpty() ? null : arguments[3], null);
    Path work = Path.of(arguments[6]);
    try (Registry registry = Registry.open(location, credentials, InstantSource.system())) {
      RegistryWriter writer =
          new RegistryWriter(
              registry, new ModuleName(arguments[5]), work, Long.parseLong(arguments[7]));
      int count = Integer.parseInt(arguments[8]);
      switch (arguments[4]) {
        case "life" -> writer.live();
        case "add" -> writer.add(count);
        case "fill" -> writer.fill();
        default -> throw new IllegalArgumentException(arguments[4]);
      }
    }
  }

  private static void done(Object what) {
    System.out.println("done " + what);
  }

  private VersionId add() {
    Path folder = AdapterFolders.write(work.resolve("adapter"), random.nextInt(1 << 23));
    return registry.modules().add(folder, name, Addition.plain()).version().id();
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      done(add());
    }
  }

  /** Each round is six changes, each with one entry in the log; now and then a seventh. */
  private void live() {
    System.out.println("ready");
    while (true) {
      VersionId id = add();
      done("add " + id);
      registry
          .lifeCycle()
          .evaluated(id, new Evaluation("noun.food", "test", "d2", Map.of("accuracy", 0.9)));
      done("evaluate " + id);
      registry.lifeCycle().approve(id, "good");
      done("approve " + id);
      registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
      done("promote " + id);
      registry.lifeCycle().goLive(id, new LiveTarget("berlin"), "pilot");
      done("promote " + id);
      if (id.number() > 1 && random.nextInt(3) == 0) {
        try {
          done("rollback " + registry.lifeCycle().rollback(name, LiveTarget.EVERYWHERE, "wrong"));
        } catch (UserError e) {
          // Everything before it was retired: a refusal, which is in the log, too.
          done("refused");
        }
      }
      VersionId draft = add();
      done("add " + draft);
      registry.lifeCycle().retire(draft, "not wanted");
      done("retire " + draft);
      if (random.nextInt(4) == 0) {
        // Two entries, so not counted by those who count one for each line.
        registry.maintenance().sweep(Duration.ZERO, false);
      }
    }
  }

  /** Adds folders that are there, and small ones where there are none. */
  private void fill() {
    for (int i = 0; ; i++) {
      Path folder = work.resolve("adapter" + i);
      if (!Files.exists(folder)) {
        AdapterFolders.write(folder, i);
      }
      try {
        done(registry.modules().add(folder, name, Addition.plain()).version().id());
      } catch (UserError e) {
        System.out.println("refused " + e.getMessage());
        break;
      }
    }
    int listed = registry.modules().versions(name).size();
    registry.modules().checkOut(ModuleReference.parse(name.text()), work.resolve("out"));
    System.out.println(
        "readable "
            + listed
            + " "
            + registry.maintenance().verify(b -> {}).firstBreak().orElse(""));
  }
}
