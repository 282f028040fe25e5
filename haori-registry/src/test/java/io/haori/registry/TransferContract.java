package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Restoration;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.version.State;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registries as wholes: backup, restoration, import. */
abstract class TransferContract extends RegistryFixture {
  /** Where another registry can be made. */
  abstract RegistryLocation newLocation(Path folder);

  private Registry restored(Path file, RegistryLocation location) {
    new Restoration(file).restore(location, null, bytes -> {});
    Registry registry = Registry.open(location, database.credentials("admin"), clock());
    keep(registry);
    return registry;
  }

  @Test
  void whatIsRestoredIsWhatWasBackedUp() {
    live(1);
    VersionId second = approved(2);
    admin.lifeCycle().goLive(second, BERLIN, "pilot");
    admin.lifeCycle().retire(add(3), "old");
    admin.maintenance().sweep(Duration.ZERO, false);
    Path file = temporary.resolve("backup.zip");

    var written = admin.backup().write(file, bytes -> {});
    Registry again = restored(file, newLocation(temporary.resolve("again")));

    assertThat(again.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
    assertThat(again.modules().versions(FOOD)).isEqualTo(admin.modules().versions(FOOD));
    assertThat(again.modules().resolve(ModuleReference.parse("food@live/berlin")))
        .isEqualTo(second);
    assertThat(again.maintenance().log(100)).hasSize((int) written.entries());
    again.modules().checkOut(ModuleReference.parse("food@live"), temporary.resolve("out"));
    again.lifeCycle().goLive(second, LiveTarget.EVERYWHERE, "life goes on");
    assertThat(again.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "x")).hasToString("food@1");
  }

  @Test
  void aFolderIsRestoredFromAnyBackup() {
    live(1);
    Path file = temporary.resolve("backup.zip");
    admin.backup().write(file, bytes -> {});
    RegistryLocation folder = RegistryLocation.ofFolder(temporary.resolve("folder"));

    new Restoration(file).restore(folder, null, bytes -> {});

    try (Registry registry = Registry.open(folder, new Credentials("admin", null, null), clock())) {
      assertThat(registry.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
      assertThat(registry.modules().list()).isEqualTo(admin.modules().list());
    }
  }

  @Test
  void aBackupIsConsistentWhileOthersWrite() throws Exception {
    live(1);
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> writers =
          List.of(threads.submit(() -> write(stop, 10)), threads.submit(() -> sweep(stop)));
      for (int i = 0; i < 5; i++) {
        Path file = temporary.resolve("backup" + i + ".zip");
        admin.backup().write(file, bytes -> {});
        Registry again = restored(file, newLocation(temporary.resolve("again" + i)));
        assertThat(again.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
      }
      stop.set(true);
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      stop.set(true);
      threads.shutdownNow();
    }
    isSound();
  }

  private void write(AtomicBoolean stop, int from) {
    try (Registry registry = database.open("admin", clock())) {
      for (int i = from; !stop.get(); i++) {
        Path folder = AdapterFolders.write(temporary.resolve("w" + i % 7), i);
        VersionId id =
            registry
                .modules()
                .add(folder, new ModuleName("w" + i % 3), Addition.plain())
                .version()
                .id();
        registry.lifeCycle().evaluated(id, accuracy(0.9));
        if (i % 2 == 0) {
          registry.lifeCycle().retire(id, "half of them");
        }
      }
    }
  }

  private void sweep(AtomicBoolean stop) {
    try (Registry registry = database.open("admin", clock())) {
      while (!stop.get()) {
        registry.maintenance().sweep(Duration.ZERO, false);
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          backup.json         | {}                                      | formatVersion must be in [1, 1], got 0
          backup.json         | {"formatVersion":9}                     | formatVersion must be in [1, 1], got 9
          backup.json         | {"formatVersion":1,"schemaVersion":99}  | schemaVersion must be in [1, 6], got 99
          tables/audit.jsonl  | {"seq":2}                               | log entry 1 is missing; nothing was restored
          """)
  void aBackupThatIsNotSoundIsRefused(String entry, String content, String sentence)
      throws IOException {
    live(1);
    Path file = temporary.resolve("backup.zip");
    admin.backup().write(file, bytes -> {});
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.writeString(zip.getPath(entry), content + "\n");
    }
    RegistryLocation location = newLocation(temporary.resolve("again"));

    refused(() -> restored(file, location), file + ": " + sentence);
  }

  @Test
  void aBackupWithADamagedBlobIsRefused() throws IOException {
    VersionId id = live(1);
    Path blob = blobOf(id, "haori.json");
    Path file = temporary.resolve("backup.zip");
    admin.backup().write(file, bytes -> {});
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.writeString(zip.getPath("blobs/" + blob.getFileName()), "something else");
    }

    refused(
        () -> restored(file, newLocation(temporary.resolve("again"))),
        file + ": the blob " + blob.getFileName() + " is damaged");
    assertThat(temporary.resolve("again/registry.db")).doesNotExist();
  }

  @Test
  void filesThatAreNoBackupAreRefused() throws IOException {
    Path text = Files.writeString(temporary.resolve("text"), "no zip");

    assertThatThrownBy(() -> restored(text, newLocation(temporary.resolve("again"))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(text + ": is no sound backup (");
    refused(
        () -> restored(temporary.resolve("nothing"), newLocation(temporary.resolve("again2"))),
        temporary.resolve("nothing") + ": must be a backup, but no file is there");
    refused(
        () -> admin.backup().write(text, bytes -> {}),
        "out must be a new file, got " + text + " (it exists)");
  }

  @Test
  void modulesOfAnotherRegistryKeepNumbersAndAuthors() {
    Registry other = another();
    VersionId menu = VersionId.of("menu", 1);

    List<VersionId> versions = admin.importFrom(other).run(NamePattern.ALL, "", bytes -> {});

    assertThat(versions).hasSize(3);
    VersionView view = admin.modules().show(new ModuleReference.Numbered(menu));
    assertThat(view.version().parents())
        .containsExactly(new Parent(VersionId.of("food", 2), Relation.MIX));
    assertThat(view.version().author()).isEqualTo("admin");
    assertThat(state(VersionId.of("food", 1))).isEqualTo(State.RETIRED);
    assertThat(state(VersionId.of("food", 2))).isEqualTo(State.DRAFT);
    admin.modules().checkOut(ModuleReference.parse("menu"), temporary.resolve("out"));
    isSound();
    // What is here already is not taken in again.
    assertThat(admin.importFrom(other).run(NamePattern.ALL, "", bytes -> {})).isEmpty();
  }

  @Test
  void clashingNamesAreRefusedUnlessTheyGetAPrefix() {
    Registry other = another();
    add(7);
    List<ModuleSummary> before = admin.modules().list();

    refused(
        () -> admin.importFrom(other).run(NamePattern.ALL, "", bytes -> {}),
        "names of imported modules must be free or hold the same versions, got food in both"
            + " registries; a prefix makes other names, nothing was imported");
    assertThat(admin.modules().list()).isEqualTo(before);
    assertThat(admin.importFrom(other).run(NamePattern.ALL, "other.", bytes -> {}))
        .extracting(VersionId::toString)
        .containsExactlyInAnyOrder("other.food@1", "other.food@2", "other.menu@1");
    isSound();
  }

  @Test
  void aParentIsNotLeftOut() {
    Registry other = another();

    refused(
        () -> admin.importFrom(other).run(new NamePattern("menu"), "", bytes -> {}),
        "names must include food@2, of which menu@1 was made; nothing was imported");
    refused(
        () -> admin.importFrom(other).run(new NamePattern("x*"), "", bytes -> {}),
        "names must be a pattern of modules there, got x*");
    assertThat(admin.modules().list()).isEmpty();
  }

  /** Another registry with a retired version, one in use, and a mix of it. */
  private Registry another() {
    TestDatabase elsewhere = newDatabase(temporary.resolve("elsewhere"));
    Registry other = elsewhere.open("admin", clock());
    keep(other);
    VersionId first = other.modules().add(folder(1), FOOD, Addition.plain()).version().id();
    VersionId second = other.modules().add(folder(2), FOOD, Addition.plain()).version().id();
    other.lifeCycle().retire(first, "old");
    other.maintenance().sweep(Duration.ZERO, false);
    other
        .modules()
        .add(
            folder(3),
            new ModuleName("menu"),
            Addition.of(List.of(new Parent(second, Relation.MIX))));
    return other;
  }
}
