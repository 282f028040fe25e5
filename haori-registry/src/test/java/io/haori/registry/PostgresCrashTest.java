package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of processes, with rows in PostgreSQL, and sixteen writers at once. */
@ExtendWith(PostgresServer.class)
final class PostgresCrashTest extends CrashContract {
  private final PostgresServer.Running server;

  PostgresCrashTest(PostgresServer.Running server) {
    this.server = server;
  }

  @Override
  TestDatabase newDatabase(Path folder) {
    return new PostgresDatabase(server, folder.resolve("blobs"));
  }

  @Override
  int usualKills() {
    return 5;
  }

  @Test
  void sixteenWritersAtOnceLoseNothing() throws Exception {
    int writers = 16;
    int each = 6;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<List<VersionId>>> running = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        Path work = Files.createDirectories(temporary.resolve("writer" + w));
        running.add(threads.submit(() -> write(writer, each, work)));
      }
      Set<VersionId> added = new HashSet<>();
      for (Future<List<VersionId>> one : running) {
        added.addAll(one.get());
      }
      assertThat(added).hasSize(writers * each);
      assertThat(admin.modules().versions(new ModuleName("shared"))).hasSize(writers * each);
      assertThat(admin.maintenance().log(1).get(0).seq())
          .isGreaterThanOrEqualTo(2L * writers * each);
      isSound();
    } finally {
      threads.shutdownNow();
    }
  }

  private List<VersionId> write(int writer, int each, Path work) {
    List<VersionId> done = new ArrayList<>();
    try (Registry registry = database.open("admin", clock())) {
      for (int i = 0; i < each; i++) {
        Path folder = AdapterFolders.write(work, 1000 * writer + i);
        VersionId id =
            registry
                .modules()
                .add(folder, new ModuleName("shared"), Addition.plain())
                .version()
                .id();
        registry.lifeCycle().evaluated(id, accuracy(0.9));
        done.add(id);
      }
    }
    return done;
  }
}
