package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Prompt;
import io.haori.inference.generate.Sampling;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyDecoder;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules of any method write on one decoder, and are switched while it is served. */
@TestInstance(Lifecycle.PER_CLASS)
final class WritingMethodsTest {
  private static final String PROMPT = "A cat is";

  private final Map<VersionId, String> expected = new HashMap<>();
  private TinyRegistry tiny;
  private Path temporary;
  private TextBase decoder;
  private HaoriServer server;
  private Http http;

  @BeforeAll
  void start(@TempDir Path folder) {
    temporary = folder;
    tiny = new TinyRegistry(folder);
    String name = TinyDecoder.folder(folder.resolve("decoder")).toString();
    decoder = TextBase.open(name, DType.F32, FetchListener.SILENT);
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0),
            tiny.registry(),
            List.of(TextBase.open(name, DType.F32, FetchListener.SILENT)),
            DType.F32);
    http = new Http(server);
  }

  @AfterAll
  void stop() {
    server.close();
    decoder.close();
    tiny.close();
  }

  /** A version whose text depends on the seed. */
  private VersionId add(String name, String method, long seed) {
    Random random = new Random(seed);
    Path folder = temporary.resolve(name + seed);
    try (AdapterModule module = moved(name, method, random)) {
      ModuleFolder.save(folder, module, decoder, Map.of(), Map.of());
      VersionId added =
          tiny.registry()
              .modules()
              .add(folder, new ModuleName(name), Addition.plain())
              .version()
              .id();
      expected.put(
          added,
          new Generator(decoder, module, DType.F32)
              .write(
                  List.of(Prompt.of(decoder.tokenizer(), PROMPT)),
                  new GenerationSettings(12, Sampling.GREEDY, List.of(), 0),
                  1,
                  GenerationListener.SILENT)
              .get(0)
              .text());
      return added;
    }
  }

  private AdapterModule moved(String name, String method, Random random) {
    AdapterModule made =
        AdapterModule.create(
            name, MethodCatalogue.create(method, Map.of()), decoder.backbone(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : made.parameters()) {
        long[] shape = part.parameter().value().shape();
        part.parameter().value().addInPlace(Tensors.normal(random, 0.3, shape));
      }
    }
    AdapterModule kept = made.method().finished(made, decoder.backbone().slots());
    if (kept != made) {
      made.close();
    }
    return kept;
  }

  private Answer write(String model) {
    return http.post(
        "/v1/completions",
        "{'model':'" + model + "','prompt':'" + PROMPT + "','temperature':0,'max_tokens':12}");
  }

  private void await(String name, VersionId version) throws InterruptedException {
    Answer answer = null;
    for (int look = 0; look < 500; look++) {
      answer = write(name + "@live");
      if (answer.json().path("version").asInt() == version.number()) {
        assertThat(answer.json().at("/choices/0/text").asText()).isEqualTo(expected.get(version));
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(answer.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bottleneck", "modular", "bidora"})
  void oneModuleIsReplacedAndRolledBackBesideAnother(String method) throws InterruptedException {
    VersionId first = add(method, method, 1);
    VersionId second = add(method, method, 2);
    VersionId other = add("beside-" + method, method, 3);
    assertThat(expected.get(first)).isNotEqualTo(expected.get(second));
    tiny.live(other);
    tiny.live(first);
    await(method, first);
    tiny.live(second);
    await(method, second);
    tiny.registry()
        .lifeCycle()
        .rollback(new ModuleName(method), LiveTarget.EVERYWHERE, "worse answers");
    await(method, first);
    await("beside-" + method, other);
  }

  /** Its weights would take the place of those that all modules sit on. */
  @Test
  void aFullyTrainedDecoderIsNotServedFromASharedOne() throws InterruptedException {
    add("whole", "full", 1);
    Answer answer = write("whole@1");
    // The server looks for new versions five times a second.
    for (int look = 0; look < 500 && answer.status() == 404; look++) {
      Thread.sleep(10);
      answer = write("whole@1");
    }
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.detail())
        .isEqualTo(
            "whole@1 cannot be served: method of whole must be one whose modules sit on a shared"
                + " base, to be served, got full");
  }
}
