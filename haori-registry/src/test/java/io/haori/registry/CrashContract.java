package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What processes of their own can show: that they may die at any moment, and not lose each other's
 * work.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
abstract class CrashContract extends RegistryFixture {
  private static final int KILLED = 128 + 9;

  /** Processes that run at a time; the next ones start while the first is killed. */
  private static final int AT_ONCE = 2;

  /** Changes of a round of a life; processes are killed in each of them in turn. */
  private static final int CHANGES = 9;

  /** About as long as a change takes, so that a kill meets it at its beginning, middle or end. */
  private static final int LONGEST_WAIT_NANOS = 25_000_000;

  /** Kills in every build. */
  abstract int usualKills();

  private record Child(ModuleName name, Process process, BufferedReader lines) {}

  @Test
  void killedAtAnyMomentARegistryIsInTheOldStateOrTheNewOne() throws Exception {
    kill(usualKills(), System.nanoTime());
  }

  @Test
  @Tag("full")
  void killedTwoHundredTimesARegistryIsInTheOldStateOrTheNewOne() throws Exception {
    kill(200, System.nanoTime());
  }

  private void kill(int times, long seed) throws Exception {
    System.err.println("seed of the kills: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    admin
        .lifeCycle()
        .setRule(new ApprovalRule(NamePattern.ALL, "noun.food", "test", "accuracy", 0.8, null));
    Deque<Child> running = new ArrayDeque<>();
    try {
      for (int i = 0; i < times; i++) {
        while (running.size() < AT_ONCE && i + running.size() < times) {
          running.add(start(i + running.size(), random.nextLong()));
        }
        Child child = running.remove();
        assertThat(child.lines().readLine()).as("seed %d", seed).isEqualTo("ready");
        List<String> printed = new ArrayList<>();
        for (int done = 2 * i % CHANGES; done > 0; done--) {
          printed.add(child.lines().readLine());
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_WAIT_NANOS));
        // Not Process.destroyForcibly, which closes the streams: what was printed last is wanted.
        child.process().toHandle().destroyForcibly();
        assertThat(child.process().waitFor()).as("seed %d", seed).isEqualTo(KILLED);
        child.lines().lines().forEach(printed::add);
        hasTheOldStateOrTheNewOne(child.name(), printed, seed);
        if (i % 20 == 0) {
          // All rows and blobs, which takes longer the more there are.
          assertThat(admin.maintenance().verify(b -> {}).firstBreak())
              .as("seed %d", seed)
              .isEmpty();
        }
      }
    } finally {
      running.forEach(child -> child.process().toHandle().destroyForcibly());
    }
    assertThat(admin.maintenance().verify(b -> {}).firstBreak()).as("seed %d", seed).isEmpty();
  }

  private Child start(int number, long seed) throws IOException {
    String name = "m" + number;
    Path work = Files.createDirectories(temporary.resolve("work" + number));
    Process process = RegistryWriter.command(database, "life", name, work, seed, 0).start();
    return new Child(new ModuleName(name), process, process.inputReader());
  }

  /** Every change that was printed is there, and at most one that was not printed yet. */
  private void hasTheOldStateOrTheNewOne(ModuleName name, List<String> printed, long seed) {
    List<String> logged = new ArrayList<>();
    if (admin.modules().list().stream().anyMatch(one -> one.newest().name().equals(name))) {
      for (AuditEntry entry : admin.maintenance().history(name, 100_000)) {
        logged.add(
            entry.outcome().equals(AuditEntry.REFUSED)
                ? "done refused"
                : "done " + entry.action() + " " + entry.module() + "@" + entry.version());
      }
    }
    assertThat(logged).as("seed %d", seed).hasSizeBetween(printed.size(), printed.size() + 1);
    assertThat(logged.subList(0, printed.size())).as("seed %d", seed).isEqualTo(printed);
  }

  @Test
  void writersOfSeveralProcessesLoseNothing() throws Exception {
    int processes = 4;
    int each = 12;
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      Path work = Files.createDirectories(temporary.resolve("work" + i));
      writers.add(RegistryWriter.command(database, "add", "shared", work, i, each).start());
    }
    Set<String> printed = new HashSet<>();
    for (Process writer : writers) {
      try (BufferedReader lines = writer.inputReader()) {
        List<String> done = lines.lines().toList();
        assertThat(done).hasSize(each);
        printed.addAll(done);
      }
      assertThat(writer.waitFor()).isZero();
    }

    assertThat(printed).hasSize(processes * each);
    assertThat(admin.modules().versions(new ModuleName("shared"))).hasSize(processes * each);
    isSound();
  }
}
