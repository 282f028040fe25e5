package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Split;
import io.haori.training.task.TuneSettings;
import io.haori.training.work.PlaceHere;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that write, learnt by machines of an engine. */
class AnswerSetsTest {
  @TempDir Path temporary;
  private TextBase base;
  private Domains domains;
  private DomainSetSettings settings;

  @BeforeEach
  void open() throws IOException {
    List<Path> places = new ArrayList<>();
    for (String colour : List.of("red", "green")) {
      Path place = Files.createDirectories(temporary.resolve(colour));
      places.add(place);
      List<String> lines = new ArrayList<>();
      for (int row = 0; row < 20; row++) {
        lines.add("{\"prompt\": \"A cat %d is\", \"completion\": \" %s.\"}".formatted(row, colour));
      }
      Files.write(place.resolve("train.jsonl"), lines);
      Files.write(place.resolve("validation.jsonl"), lines.subList(3, 7));
      Files.write(place.resolve("test.jsonl"), lines.subList(5, 10));
    }
    domains = WrittenDomains.read(places, DataOptions.USUAL);
    String json =
        """
        {"method": "lora", "training.epochs": 2, "batchSize": 8, "maxLength": 32, "precision": "fp32"}
        """;
    settings =
        new DomainSetSettings(
            TuneSettings.fromJson(new ObjectMapper().readTree(json)),
            Weighting.SIZE,
            DomainSetSettings.DEFAULT_TEMPERATURE,
            HeadChoice.OWN);
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private AnswerSetTrainer trainer(String folder) {
    return new AnswerSetTrainer(base, domains, temporary.resolve(folder), true, () -> false);
  }

  private List<PlannedDomainSet> plans(AnswerSetTrainer trainer) {
    return List.of(
        trainer.plan(List.of(0), settings),
        trainer.plan(List.of(1), settings),
        trainer.plan(List.of(0, 1), settings));
  }

  @Test
  void modelsThatAreLearntElsewhereAreThoseThatAreLearntHereAlone() throws IOException {
    PlaceHere place = new PlaceHere(temporary);
    AnswerSetTrainer there = trainer("there").on(place);
    AnswerSetTrainer here = trainer("here");
    int threads = Engine.threads();
    try {
      Engine.setThreads(1);
      for (PlannedDomainSet plan : plans(here)) {
        assertThat(here.run(List.of(plan))).hasSize(1);
      }
    } finally {
      Engine.setThreads(threads);
    }
    Map<String, FinishedDomainSet> far = there.run(plans(there));
    assertThat(far).hasSize(3);
    assertThat(place.done()).hasSize(3);
    Map<String, FinishedDomainSet> near = here.run(plans(here));
    for (PlannedDomainSet plan : plans(there)) {
      FinishedDomainSet one = far.get(plan.digest());
      FinishedDomainSet other = near.get(plan.digest());
      assertThat(one.answers()).isEqualTo(other.answers());
      assertThat(one.tokens()).isEqualTo(other.tokens()).isPositive();
      for (String name : plan.names()) {
        assertThat(there.losses(one, name, Split.TEST))
            .hasSize(5)
            .isEqualTo(here.losses(other, name, Split.TEST));
      }
    }
    Path module = Path.of("adapter_model.safetensors");
    PlannedDomainSet alone = plans(there).get(0);
    assertThat(Files.readAllBytes(there.adapter(alone).resolve(module)))
        .isEqualTo(Files.readAllBytes(here.adapter(alone).resolve(module)));
    // What is there is not learnt again.
    there.run(plans(there));
    assertThat(place.done()).hasSize(3);
  }
}
