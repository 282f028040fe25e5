package io.haori.training.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.work.PlaceHere;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison whose runs are done of their descriptions alone. */
class ComparisonElsewhereTest {
  @TempDir Path temporary;
  private final int threads = Engine.threads();
  private Dataset data;

  @BeforeEach
  void makeData() throws IOException {
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    Engine.setThreads(1);
  }

  @AfterEach
  void restoreThreads() {
    Engine.setThreads(threads);
  }

  private Comparison comparison(Path runs, String... names) {
    List<ComparedMethod> methods =
        Arrays.stream(names)
            .map(
                name ->
                    new ComparedMethod(
                        name,
                        new TuneSettings(
                            MethodCatalogue.create(name, Map.of()),
                            LoopConfig.DEFAULT.withEpochs(2),
                            new TextOptions(Pooling.MEAN, 16, DType.F32),
                            8,
                            false)))
            .toList();
    return new Comparison(
        form -> TextBase.open(TinyBase.folder(temporary).toString(), form, FetchListener.SILENT),
        data,
        methods,
        List.of(42L, 43L),
        runs);
  }

  /** All files by their path, without what a clock measured. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = Arrays.toString(Files.readAllBytes(file));
        if (file.endsWith("run.json")) {
          text = Files.readString(file).replaceAll("\"seconds\":[^,]*", "");
        }
        files.put(folder.relativize(file).toString(), text);
      }
    }
    return files;
  }

  @Test
  void itsRunsLeaveTheFilesThatRunsHereLeaveToTheByte() throws IOException {
    Path here = temporary.resolve("here");
    Path there = temporary.resolve("there");
    PlaceHere place = new PlaceHere(temporary);

    ComparisonResult local = comparison(here, "full", "lora", "bidora").run();
    ComparisonResult remote = comparison(there, "full", "lora", "bidora").on(place).run();

    assertThat(place.done()).hasSize(6);
    assertThat(files(there)).hasSizeGreaterThan(6).isEqualTo(files(here));
    assertThat(remote.interrupted()).isFalse();
    assertThat(remote.truth()).containsExactly(local.truth());
  }

  @Test
  void whatWasDoneHereIsNotDoneThereAgain() {
    Path runs = temporary.resolve("runs");
    comparison(runs, "lora").run();
    PlaceHere place = new PlaceHere(temporary);

    ComparisonResult result = comparison(runs, "lora", "dora").on(place).run();

    assertThat(result.finished()).isEqualTo(4);
    assertThat(place.done()).hasSize(2).allMatch(name -> name.startsWith("dora-seed"));
  }

  @Test
  void whatIsDoneWhenItIsStoppedIsKept() {
    Path runs = temporary.resolve("runs");
    PlaceHere place = new PlaceHere(temporary);

    ComparisonResult stopped =
        comparison(runs, "lora").on(place).stopWhen(() -> !place.done().isEmpty()).run();

    assertThat(stopped.interrupted()).isTrue();
    assertThat(stopped.finished()).isEqualTo(1);
    assertThat(comparison(runs, "lora").on(place).run().finished()).isEqualTo(2);
    assertThat(place.done()).hasSize(2);
  }

  @Test
  void anotherVersionAndOtherDataAreRefused() {
    PlaceHere place = new PlaceHere(temporary);
    WorkOrder[] first = new WorkOrder[1];
    WorkInputs[] given = new WorkInputs[1];
    comparison(temporary.resolve("runs"), "lora")
        .on(
            new PlaceHere(temporary) {
              @Override
              public boolean work(
                  List<WorkOrder> orders,
                  WorkInputs inputs,
                  WorkListener listener,
                  java.util.function.BooleanSupplier stop) {
                first[0] = orders.get(0);
                given[0] = inputs;
                return false;
              }
            })
        .run();
    WorkOrder order = Objects.requireNonNull(first[0]);
    WorkListener nobody = (done, folder) -> {};

    WorkOrder older =
        new WorkOrder(
            order.kind(),
            order.name(),
            "0.0.1",
            order.base(),
            order.baseDigest(),
            1,
            order.settings(),
            order.inputs(),
            order.work());
    assertThatThrownBy(() -> place.work(List.of(older), given[0], nobody, () -> false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "the worker must have Haori 0.0.1 as the program that asks, got "
                + order.codeVersion());

    WorkOrder changed = WorkOrder.fromJson(order.toJson());
    changed.settings().put("digest", "0123");
    assertThatThrownBy(() -> place.work(List.of(changed), given[0], nobody, () -> false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "run "
                + order.name()
                + " must have the digest 0123, got "
                + order.settings().path("digest").asText());
  }
}
