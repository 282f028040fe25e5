package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract of processes, with rows in SQLite, and a disk that refuses. */
final class FolderCrashTest extends CrashContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }

  @Override
  int usualKills() {
    return 18;
  }

  /** Large tensors meet the bound in a blob, small ones in the log of the database. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2000000 | .*: cannot be written \\(File too large\\); nothing was changed
          4       | .*: the disk refuses to read or write; nothing was changed
          """)
  void whenTheDiskRefusesWhatIsThereCanBeRead(int numbers, String sentence) throws Exception {
    Path work = Files.createDirectories(temporary.resolve("work"));
    add(1_000_000);
    AdapterFolders.write(work.resolve("adapter3"), 3, numbers);
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 3000; exec \"$@\"", "-"));
    ProcessBuilder writer = RegistryWriter.command(database, "fill", "food", work, 1, 0);
    command.addAll(writer.command());
    Process process = writer.command(command).start();
    List<String> lines;
    try (BufferedReader reader = process.inputReader()) {
      lines = reader.lines().toList();
    }

    assertThat(process.waitFor()).isZero();
    assertThat(lines.get(lines.size() - 2)).matches("refused " + sentence);
    // One version was there before the process began.
    assertThat(lines.get(lines.size() - 1)).isEqualTo("readable " + (lines.size() - 1) + " ");
    isSound();
    add(1_000_001);
  }

  @Test
  void whatAKilledWriterLeftIsSweptAway() throws Exception {
    add(1);
    Path leftover = database.location().blobs().resolve("ab/.abc.tmp-1");
    Files.createDirectories(leftover.getParent());
    Files.writeString(leftover, "half");
    Path orphan = database.location().blobs().resolve("ab/ab" + "0".repeat(62));
    Files.writeString(orphan, "nobody's");

    admin.maintenance().sweep(java.time.Duration.ZERO, false);

    assertThat(orphan).doesNotExist();
    // It may be in the making: the test's clock is at a moment before it was written.
    assertThat(leftover).exists();
    waitFor(java.time.Duration.ofDays(100_000));
    admin.maintenance().sweep(java.time.Duration.ZERO, false);
    assertThat(leftover).doesNotExist();
    isSound();
  }
}
