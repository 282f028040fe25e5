package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry of its own for each test, wherever its rows are. */
abstract class RegistryFixture {
  static final ModuleName FOOD = new ModuleName("food");
  static final LiveTarget BERLIN = new LiveTarget("berlin");
  static final Instant MORNING = Instant.parse("2026-10-01T08:00:00Z");

  @TempDir Path temporary;

  private final List<Registry> opened = new ArrayList<>();
  private Instant time = MORNING;
  TestDatabase database;
  Registry admin;

  /** A registry that was made just now. */
  abstract TestDatabase newDatabase(Path folder);

  @BeforeEach
  void open() {
    database = newDatabase(temporary.resolve("registry"));
    admin = as("admin");
  }

  @AfterEach
  void close() {
    opened.forEach(Registry::close);
  }

  /** Closes a registry when the test has ended. */
  void keep(Registry registry) {
    opened.add(registry);
  }

  InstantSource clock() {
    return () -> time;
  }

  void waitFor(Duration duration) {
    time = time.plus(duration);
  }

  Registry as(String account) {
    Registry registry = database.open(account, clock());
    opened.add(registry);
    return registry;
  }

  void give(String account, Role role, String pattern) {
    admin.access().give(new RoleGrant(account, role, new NamePattern(pattern)));
  }

  Path folder(int content) {
    return AdapterFolders.write(temporary.resolve("adapter" + content), content);
  }

  VersionId add(int content) {
    return admin.modules().add(folder(content), FOOD, Addition.plain()).version().id();
  }

  static Evaluation accuracy(double value) {
    return new Evaluation("noun.food", "test", "d2", Map.of("accuracy", value));
  }

  void rule(double bound) {
    admin
        .lifeCycle()
        .setRule(
            new ApprovalRule(
                new NamePattern("food*"), "noun.food", "test", "accuracy", bound, null));
  }

  VersionId approved(int content) {
    rule(0.8);
    VersionId id = add(content);
    admin.lifeCycle().evaluated(id, accuracy(0.9));
    admin.lifeCycle().approve(id, "good enough");
    return id;
  }

  VersionId live(int content) {
    VersionId id = approved(content);
    admin.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
    return id;
  }

  State state(VersionId id) {
    return admin.modules().show(new ModuleReference.Numbered(id)).status().state();
  }

  static void refused(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(sentence);
  }

  AuditEntry lastEntry() {
    return admin.maintenance().log(1).get(0);
  }

  void isSound() {
    assertThat(admin.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
  }

  long blobs() throws IOException {
    try (Stream<Path> files = Files.walk(database.location().blobs())) {
      return files.filter(file -> file.getFileName().toString().length() == 64).count();
    }
  }

  Path blobOf(VersionId id, String path) {
    String digest =
        admin.modules().show(new ModuleReference.Numbered(id)).version().files().stream()
            .filter(file -> file.path().equals(path))
            .findFirst()
            .orElseThrow()
            .blob()
            .digest();
    return database.location().blobs().resolve(digest.substring(0, 2)).resolve(digest);
  }
}
