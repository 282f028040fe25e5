package io.haori.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.registry.RegistryState;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.TinyRegistry;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand swaps and more of what a name means, while requests are computed. */
final class DirectorySwapsTest {
  private static final int CLIENTS = 3;
  private static final int REQUESTS = 60;
  private static final int SWAPS = 10_000;
  private static final ModuleReference LIVE = ModuleReference.parse("food@live");

  @Test
  void noAnswerIsOfAnotherVersionThanItsRequestMeant(@TempDir Path temporary) {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (TinyRegistry tiny = new TinyRegistry(temporary);
        BaseEngine engine =
            new BaseEngine(
                tiny.openBase(),
                DType.F32,
                100_000_000,
                Limits.DEFAULT,
                threads,
                threads,
                new SimpleMeterRegistry())) {
      VersionId one = tiny.add("food", "lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b");
      VersionId two = tiny.add("food", "lora", 2, TaskCatalogue.CLASSIFICATION, "c", "d");
      ModuleDirectory first = directory(tiny, one);
      ModuleDirectory second = directory(tiny, two);
      AtomicReference<ModuleDirectory> current = new AtomicReference<>(first);
      List<CompletableFuture<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        clients.add(CompletableFuture.supplyAsync(() -> ask(engine, current), threads));
      }
      CompletableFuture<Void> done =
          CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new));
      int swaps = 0;
      while (!done.isDone() || swaps < SWAPS) {
        current.set(swaps % 2 == 0 ? second : first);
        swaps++;
        LockSupport.parkNanos(1);
      }
      assertThat(clients.stream().mapToInt(CompletableFuture::join).sum()).isZero();
      assertThat(swaps).isGreaterThanOrEqualTo(SWAPS);
    } finally {
      threads.shutdown();
    }
  }

  private static ModuleDirectory directory(TinyRegistry tiny, VersionId live) {
    RegistryState state = tiny.registry().modules().state();
    return new ModuleDirectory(
        tiny.registry(),
        new RegistryState(
            state.changes(),
            state.lastHash(),
            state.versions(),
            List.of(new LiveVersion(LiveTarget.EVERYWHERE, live)),
            List.of(),
            List.of()));
  }

  /** How many answers were wrong. */
  private static int ask(BaseEngine engine, AtomicReference<ModuleDirectory> current) {
    int wrong = 0;
    for (int i = 0; i < REQUESTS; i++) {
      ModuleDirectory directory = current.get();
      ServedModule module = directory.served(directory.resolve(LIVE));
      Work work =
          new Work(
              Map.of(module, 1.0), module, List.of(new Row("wordai wordbc", null, null, null, 1)));
      Prediction answer = engine.compute(work, task -> {}).join().predictions().get(0);
      String labels = module.id().version() == 1 ? "ab" : "cd";
      wrong += labels.contains(answer.label()) ? 0 : 1;
    }
    return wrong;
  }
}
