package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Engine;
import io.haori.training.work.PlaceHere;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainElsewhereTest {
  @TempDir Path temporary;

  @Test
  void aModuleIsTheOneThatIsLearntHereFromItsDomainAloneToTheByte() throws IOException {
    int threads = Engine.threads();
    PretrainSettings settings = TinyWords.settings(2, 6, 16, 8192, false);
    List<DomainCorpus> corpora =
        List.of(
            TinyWords.corpus(temporary, "large", 60, 10),
            TinyWords.corpus(temporary, "small", 24, 25));
    Path here = temporary.resolve("here");
    Path there = temporary.resolve("there");
    PlaceHere place = new PlaceHere(temporary);
    List<DomainResult> heard = new ArrayList<>();
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Engine.setThreads(1);
      Pretrainer trainer = new Pretrainer(base, settings);
      List<DomainResult> results = new ArrayList<>();
      for (DomainCorpus corpus : corpora) {
        PretrainListener keeps =
            new PretrainListener() {
              @Override
              public void onModule(DomainResult result, AdapterModule module) {
                Path folder = here.resolve(result.name());
                LearntModule.save(folder, trainer, base, corpus, result, module);
              }
            };
        results.addAll(trainer.listener(keeps).run(List.of(corpus)).domains());
      }
      PretrainElsewhere.Listener listener =
          new PretrainElsewhere.Listener() {
            @Override
            public void onModule(DomainResult result) {
              heard.add(result);
            }
          };
      Pretrainer.Outcome outcome =
          new PretrainElsewhere(trainer, place, there, System::nanoTime)
              .run(corpora, listener, () -> false);

      assertThat(outcome.interrupted()).isFalse();
      assertThat(outcome.domains()).isEqualTo(results).isEqualTo(heard);
      assertThat(files(there)).hasSizeGreaterThan(4).isEqualTo(files(here));
      assertThat(trainer.made(there.resolve("small"), corpora.get(1))).isTrue();
    } finally {
      Engine.setThreads(threads);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
      }
    }
    return files;
  }
}
