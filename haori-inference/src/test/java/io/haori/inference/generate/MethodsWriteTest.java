package io.haori.inference.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonSettings;
import io.haori.core.weights.DType;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.KeyValueCache;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.testkit.TinyDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a decoder writes with a module of any method, by its cache and without it. */
class MethodsWriteTest {
  private static final int TOKENS = 12;

  @TempDir Path temporary;
  private TextBase base;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() {
    base.close();
  }

  /** A module with parameters, or a base with weights, that chance has moved. */
  private AdapterModule moved(String method) {
    Random random = new Random(5);
    AdapterModule module =
        AdapterModule.create(
            method, MethodCatalogue.create(method, Map.of()), base.backbone(), random);
    List<Parameter> parameters =
        module.method().trainsBase()
            ? ModuleTensors.moved(base).stream()
                .flatMap(weight -> weight.makeTrainable().stream())
                .collect(Collectors.toList())
            : module.parameters().stream().map(TrainedParameter::parameter).toList();
    try (Scope scope = Scope.open()) {
      for (Parameter parameter : parameters) {
        parameter.value().addInPlace(Tensors.normal(random, 0.05, parameter.value().shape()));
      }
    }
    AdapterModule kept = module.method().finished(module, base.backbone().slots());
    if (kept != module) {
      module.close();
    }
    return kept;
  }

  /** Scores of the token behind a text, all of which is read anew. */
  private float[] whole(long[] ids, Adaptation adaptation) {
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(DType.F32);
        TextBatch batch =
            new TextBatch(ids, new long[ids.length], new int[] {ids.length}, ids.length)) {
      Tensor last = Tensors.of(new long[] {ids.length - 1L}, 1);
      Variable state =
          base.backbone().hiddenAt(tape, batch, last, adaptation, false, HiddenDropout.NONE);
      return scores(tape, state);
    }
  }

  private float[] scores(Tape tape, Variable state) {
    return Objects.requireNonNull(base.backbone().causalHead())
        .logits(tape, state)
        .value()
        .toFloats();
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lora", "dora", "bidora", "sparse", "modular", "bottleneck", "full", "frozen"})
  void theCacheChangesNothing(String method) {
    try (AdapterModule module = moved(method)) {
      long[] ids = Arrays.stream(base.tokenizer().prompt("A cat is")).asLongStream().toArray();
      float[] alone = whole(ids, Adaptation.NONE);
      try (KeyValueCache cache = new KeyValueCache(DType.F32)) {
        long[] next = ids;
        for (int token = 0; token < TOKENS; token++) {
          float[] cached;
          try (Scope scope = Scope.open();
              Tape tape = Tape.inference(DType.F32);
              TextBatch batch =
                  token == 0
                      ? new TextBatch(ids, new long[ids.length], new int[] {ids.length}, ids.length)
                      : TextBatch.further(next, new int[] {ids.length - 1})) {
            Tensor state = base.backbone().next(tape, batch, cache, module);
            cached = scores(tape, tape.constant(state));
          }
          float[] anew = whole(ids, module);
          assertThat(cached).hasSameSizeAs(anew);
          for (int i = 0; i < anew.length; i++) {
            assertThat(cached[i]).isCloseTo(anew[i], within(1e-4f));
          }
          if (token == 0 && !method.equals("frozen") && !method.equals("full")) {
            assertThat(anew).isNotEqualTo(alone);
          }
          next = new long[] {best(anew)};
          ids = Arrays.copyOf(ids, ids.length + 1);
          ids[ids.length - 1] = next[0];
        }
      }
    } finally {
      base.backbone().weights().forEach(Weight::freeze);
    }
  }

  /** What is written to a folder and read on the base as it was opened computes the same bits. */
  @ParameterizedTest
  @ValueSource(strings = {"lora", "dora", "bidora", "sparse", "modular", "bottleneck", "full"})
  void aFolderHoldsAllOfAModule(String method) throws Exception {
    long[] ids = Arrays.stream(base.tokenizer().prompt("A cat is")).asLongStream().toArray();
    float[] before = whole(ids, Adaptation.NONE);
    Path folder = Files.createDirectories(temporary.resolve("module"));
    float[] expected;
    try (AdapterModule module = moved(method)) {
      expected = whole(ids, module);
      ModuleTensors.write(folder, module, base);
      Files.writeString(
          folder.resolve("haori.json"),
          ModuleTensors.sayMethod(module)
              ? "{}"
              : "{\"method\": \"%s\", \"methodSettings\": %s}"
                  .formatted(method, JsonSettings.texts(module.method().settings())));
    } finally {
      base.backbone().weights().forEach(Weight::freeze);
    }
    assertThat(whole(ids, Adaptation.NONE)).isEqualTo(before);
    assertThat(expected).isNotEqualTo(before);
    try (var read = ModuleTensors.read(folder, base)) {
      assertThat(whole(ids, read.module())).isEqualTo(expected);
    } finally {
      base.backbone().weights().forEach(Weight::freeze);
    }
  }

  /** The activation changes what is computed, and no tensor's shape. */
  @Test
  void aChoiceThatAFolderDoesNotSayIsNotGuessed() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("module"));
    try (AdapterModule module = moved("bottleneck")) {
      ModuleTensors.write(folder, module, base);
    }
    Path file = folder.resolve("haori.json");
    for (String settings :
        List.of("", ", \"methodSettings\": {\"places\": \"houlsby\", \"width\": \"16\"}")) {
      Files.writeString(file, "{\"method\": \"bottleneck\"" + settings + "}");
      assertThatThrownBy(() -> ModuleTensors.read(folder, base))
          .isInstanceOf(UserError.class)
          .hasMessage(
              file
                  + ": methodSettings must say activation, which the method bottleneck computes"
                  + " with, got nothing");
    }
  }

  /** Learning at two levels leaves an ordinary DoRA behind. */
  @Test
  void whatTwoLevelsLearntIsADora() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("module"));
    long[] ids = Arrays.stream(base.tokenizer().prompt("A cat is")).asLongStream().toArray();
    try (AdapterModule module = moved("bidora")) {
      ModuleTensors.write(folder, module, base);
      try (var read = ModuleTensors.read(folder, base)) {
        assertThat(read.module().method().name()).isEqualTo("dora");
        assertThat(whole(ids, read.module())).isEqualTo(whole(ids, module));
      }
    }
  }
}
