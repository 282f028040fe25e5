package io.haori.training.pretrain;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenBatch;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many modules in one batch, none of which knows of the others. */
class PretrainerTest {
  @TempDir Path temporary;
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Keeps what the modules ended with. */
  private static final class Kept implements PretrainListener {
    final Map<String, Map<String, Tensor>> modules = new LinkedHashMap<>();
    final Map<String, DomainResult> results = new LinkedHashMap<>();
    final List<Integer> active = new ArrayList<>();
    final List<Thread> threads = new ArrayList<>();

    @Override
    public void onStep(int done, int total, List<String> names, double loss, double speed) {
      active.add(names.size());
      threads.add(Thread.currentThread());
    }

    @Override
    public void onModule(DomainResult result, AdapterModule module) {
      Map<String, Tensor> values = new LinkedHashMap<>();
      for (TrainedParameter part : module.parameters()) {
        values.put(part.parameter().name(), part.parameter().value().copy());
      }
      modules.put(result.name(), values);
      results.put(result.name(), result);
    }
  }

  private List<DomainCorpus> domains() {
    return List.of(
        TinyWords.corpus(temporary, "large", 90, 10),
        TinyWords.corpus(temporary, "small", 24, 25),
        TinyWords.corpus(temporary, "middle", 50, 40));
  }

  private static Kept run(TextBase base, PretrainSettings settings, List<DomainCorpus> corpora) {
    Kept kept = new Kept();
    new Pretrainer(base, settings).listener(kept).run(corpora);
    return kept;
  }

  private static void assertSameModule(Kept one, Kept other, String domain, double within) {
    one.modules
        .get(domain)
        .forEach(
            (name, value) ->
                assertClose(
                    domain + " " + name,
                    value,
                    other.modules.get(domain).get(name),
                    within,
                    within));
    assertThat(one.results.get(domain).lossEnd())
        .isCloseTo(other.results.get(domain).lossEnd(), Offset.offset(within));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-mlm, 8192, false",
    "bert-mlm, 8192, true",
    "bert-mlm, 100, false",
    "bert-classification, 8192, false",
    "bert-classification, 8192, true",
    "bert-classification, 100, false"
  })
  void aDomainsModuleIsTheSameAloneAndBesideOthers(
      String name, int passTokens, boolean checkpointing) {
    PretrainSettings settings = TinyWords.settings(3, 6, 16, passTokens, checkpointing);
    try (TextBase base = TinyWords.open(name, temporary)) {
      Kept together = run(base, settings, domains());
      assertThat(together.active).startsWith(3).endsWith(1);
      for (DomainCorpus domain : domains()) {
        Kept alone = run(base, settings, List.of(domain));
        assertSameModule(together, alone, domain.name(), 2e-4);
      }
      List<DomainCorpus> turned = new ArrayList<>(domains());
      Collections.reverse(turned);
      Kept inOtherOrder = run(base, settings, turned);
      domains().forEach(one -> assertSameModule(together, inOtherOrder, one.name(), 2e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"sparse, 0.45, 0.55", "modular, 0.9, 1.0"})
  void aMethodThatShapesItsModuleDoesSoHereAndAlone(String method, double least, double most) {
    PretrainSettings settings = TinyWords.settings(method, 3, 6, 16, 8192, false);
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Kept together = run(base, settings, domains());
      long dense =
          settings.method().slots(base.backbone().slots()).stream()
              .mapToLong(slot -> 4L * (slot.inputs() + slot.outputs()))
              .sum();
      for (DomainCorpus domain : domains()) {
        long kept =
            together.modules.get(domain.name()).values().stream().mapToLong(Tensor::count).sum();
        assertThat((double) kept / dense).as(domain.name()).isBetween(least, most);
        assertSameModule(together, run(base, settings, List.of(domain)), domain.name(), 2e-4);
      }
    }
  }

  @Test
  void severalDomainsShareAFrozenBaseAndAStep() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      for (String[] method :
          List.of(
              new String[] {"bidora", "one that trains in a single stage"},
              new String[] {"full", "one that leaves the base frozen"})) {
        Pretrainer trainer =
            new Pretrainer(base, TinyWords.settings(method[0], 3, 6, 16, 8192, false));
        assertThatThrownBy(() -> trainer.run(domains()))
            .isInstanceOf(UserError.class)
            .hasMessage(
                "method of several domains' modules must be " + method[1] + ", got " + method[0]);
      }
    }
  }

  @Test
  void aBatchThatGoesThroughInPiecesGivesTheSameModule() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Kept whole = run(base, TinyWords.settings(3, 6, 16, 8192, false), domains());
      Kept chunks = run(base, TinyWords.settings(3, 6, 16, 40, false), domains());
      domains().forEach(one -> assertSameModule(whole, chunks, one.name(), 2e-4));
    }
  }

  @Test
  void aBatchWithNothingToPredictIsNotCut() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      PretrainSettings settings = TinyWords.settings(3, 6, 16).with(ObjectiveChoice.MLM);
      Objective objective = ObjectiveChoice.create(base, settings);
      int[] none = new int[0];
      TokenBatch tokens =
          new TokenBatch(
              new long[32], new long[32], new int[] {8, 8, 8, 8}, 4, 8, new int[] {0, 1, 2, 3});
      DomainBatch batch = new DomainBatch(tokens, 32, none, none, new long[0], new long[0], 1);
      assertThat(objective.chunks(batch, 8)).containsExactly(batch);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mlm", "bert-classification"})
  void domainsWithShortBatchesLearnAtTheSameTime(String name) {
    int before = Engine.threads();
    try (TextBase base = TinyWords.open(name, temporary)) {
      Engine.setThreads(1);
      Kept inTurn = run(base, TinyWords.settings(3, 6, 16), domains());
      Engine.setThreads(2);
      Kept atOnce = run(base, TinyWords.settings(3, 6, 16), domains());
      assertThat(Engine.threads()).isEqualTo(2);

      assertThat(inTurn.threads).containsOnly(Thread.currentThread());
      assertThat(new HashSet<>(atOnce.threads)).hasSizeGreaterThan(1);
      assertThat(inTurn.active).startsWith(3);
      assertThat(atOnce.active).doesNotContain(3);
      assertThat(atOnce.active.stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(inTurn.active.stream().mapToInt(Integer::intValue).sum());
      domains().forEach(one -> assertSameModule(inTurn, atOnce, one.name(), 2e-4));
    } finally {
      Engine.setThreads(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mlm", "bert-classification"})
  void heldOutLossFallsAndTheBaseStays(String name) {
    try (TextBase base = TinyWords.open(name, temporary)) {
      List<Tensor> before =
          base.backbone().weights().stream().map(Weight::frozen).map(Tensor::copy).toList();
      Kept kept = run(base, TinyWords.settings(8, 6, 16), domains());
      for (DomainResult result : kept.results.values()) {
        assertThat(result.lossEnd()).as(result.name()).isLessThan(result.lossStart());
      }
      DomainResult large = kept.results.get("large");
      assertThat(large.texts() + large.heldOut()).isEqualTo(90);
      assertThat(large.objective()).isEqualTo(name.equals("bert-mlm") ? "mlm" : "simcse");
      assertThat(large.perplexity()).isEqualTo(name.equals("bert-mlm"));
      List<Weight> after = base.backbone().weights();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).current().equalTo(before.get(i))).isTrue();
      }
    }
  }

  @Test
  void domainsOfOneRunStartDifferently() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Kept kept = run(base, TinyWords.settings(1, 6, 16), domains());
      String a = kept.modules.get("large").keySet().iterator().next();
      assertThat(kept.modules.get("large").get(a).equalTo(kept.modules.get("small").get(a)))
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mlm", "bert-classification"})
  void anInterruptedRunGoesOnToTheSameModules(String name) {
    PretrainSettings settings = TinyWords.settings(2, 6, 16);
    try (TextBase base = TinyWords.open(name, temporary)) {
      Kept whole = run(base, settings, domains());
      AtomicInteger asked = new AtomicInteger();
      Kept first = new Kept();
      Pretrainer.Outcome stopped =
          new Pretrainer(base, settings)
              .listener(first)
              .checkpoints(domain -> temporary.resolve("at-" + domain), false)
              .stopWhen(() -> asked.incrementAndGet() > 11)
              .run(domains());
      assertThat(stopped.interrupted()).isTrue();
      assertThat(first.modules.keySet()).contains("small").doesNotContain("large");

      Kept second = new Kept();
      List<DomainCorpus> rest =
          domains().stream().filter(one -> !first.modules.containsKey(one.name())).toList();
      Pretrainer.Outcome outcome =
          new Pretrainer(base, settings)
              .listener(second)
              .checkpoints(domain -> temporary.resolve("at-" + domain), true)
              .run(rest);
      assertThat(outcome.interrupted()).isFalse();
      second.modules.keySet().forEach(one -> assertSameModule(second, whole, one, 2e-4));
      first.modules.keySet().forEach(one -> assertSameModule(first, whole, one, 0));
      assertThat(second.results.get("large").tokens())
          .isEqualTo(whole.results.get("large").tokens());
    }
  }

  @Test
  void whatIsDoneStaysWhenAnotherModuleCannotBeWritten() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Map<String, Path> stored = new LinkedHashMap<>();
      Pretrainer trainer = new Pretrainer(base, TinyWords.settings(1, 6, 16));
      PretrainListener disk =
          new PretrainListener() {
            @Override
            public void onModule(DomainResult result, AdapterModule module) {
              Path folder = temporary.resolve("modules").resolve(result.name());
              if (result.name().equals("large")) {
                throw new UserError(folder + ": cannot be written (No space left on device)");
              }
              ModuleFolder.save(
                  folder, module, base, result, Map.of("a", "b"), Map.of(), new float[0]);
              stored.put(result.name(), folder);
            }
          };
      assertThatThrownBy(() -> trainer.listener(disk).run(domains()))
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith("large: cannot be written (No space left on device)");
      assertThat(stored.keySet()).containsExactly("small", "middle");
      stored
          .values()
          .forEach(
              folder -> {
                ModuleFolder.requireBase(folder, base);
                var read = PeftFolder.read(folder, base.backbone());
                assertThat(read.module().layers()).isNotEmpty();
                read.close();
                assertThat(ModuleFolder.settings(folder)).isEqualTo(Map.of("a", "b"));
              });
      assertThat(Files.exists(temporary.resolve("modules/large"))).isFalse();
    }
  }

  @Test
  void aFinishedModuleIsKnownByItsSettingsThoseOfEarlierVersionsToo() {
    DomainCorpus corpus = TinyWords.corpus(temporary, "small", 24, 25);
    Path now = temporary.resolve("now");
    Path before = temporary.resolve("before");
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      Pretrainer trainer = new Pretrainer(base, TinyWords.settings(1, 6, 16));
      trainer
          .listener(
              new PretrainListener() {
                @Override
                public void onModule(DomainResult result, AdapterModule module) {
                  ModuleFolder.save(
                      now, module, base, result, trainer.settings(corpus), Map.of(), new float[0]);
                  Map<String, Object> texts =
                      new LinkedHashMap<>(trainer.textsOfEarlierModules(corpus));
                  ModuleFolder.save(before, module, base, result, texts, Map.of(), new float[0]);
                }
              })
          .run(List.of(corpus));
      assertThat(ModuleFolder.settings(now)).containsEntry("lora.rank", 4);
      assertThat(ModuleFolder.settings(before).get("method")).asString().startsWith("LoraMethod[");
      assertThat(trainer.made(now, corpus)).isTrue();
      assertThat(trainer.made(before, corpus)).isTrue();
      DomainCorpus other = TinyWords.corpus(temporary, "other", 24, 26);
      assertThat(trainer.made(now, other)).isFalse();
      assertThat(trainer.made(before, other)).isFalse();
      Pretrainer longer = new Pretrainer(base, TinyWords.settings(2, 6, 16));
      assertThat(longer.made(now, corpus)).isFalse();
      assertThat(longer.made(before, corpus)).isFalse();
    }
  }

  @Test
  void aModuleOfAnotherBaseIsRefusedByDigest() {
    Path folder = temporary.resolve("modules/small");
    String made;
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      made = base.name() + " with the digest " + base.digest();
      new Pretrainer(base, TinyWords.settings(1, 6, 16))
          .listener(
              new PretrainListener() {
                @Override
                public void onModule(DomainResult result, AdapterModule module) {
                  ModuleFolder.save(folder, module, base, result, Map.of(), Map.of(), new float[0]);
                }
              })
          .run(List.of(TinyWords.corpus(temporary, "small", 24, 25)));
    }
    try (TextBase other = TinyWords.open("bert-classification", temporary)) {
      assertThatThrownBy(() -> ModuleFolder.requireBase(folder, other))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "base of the module "
                  + folder
                  + " must be "
                  + other.name()
                  + " with the digest "
                  + other.digest()
                  + ", got "
                  + made);
    }
  }

  @Test
  void aLanguageThatTheVocabularyLacksIsReportedBeforeTraining() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add("ein Text " + i + " " + TinyWords.word(10));
    }
    Path file = Files.write(temporary.resolve("german.txt"), lines);
    List<String> reported = new ArrayList<>();
    PretrainListener listener =
        new PretrainListener() {
          @Override
          public void onForeign(String domain, double unknownShare, double piecesPerWord) {
            reported.add(domain + " " + unknownShare);
          }
        };
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      new Pretrainer(base, TinyWords.settings(1, 6, 16))
          .listener(listener)
          .run(
              List.of(
                  DomainCorpus.read("german", List.of(file)),
                  TinyWords.corpus(temporary, "small", 24, 25)));
    }
    assertThat(reported).containsExactly("german 0.75");
  }

  @Test
  void mistakesAreReportedInOneSentence() throws IOException {
    Path few = Files.write(temporary.resolve("few.txt"), List.of("one text", "another"));
    assertThatThrownBy(() -> DomainCorpus.read("few", List.of(few)))
        .isInstanceOf(UserError.class)
        .hasMessage("corpus few must be at least 16 texts, got 2");
    Path empty = Files.writeString(temporary.resolve("empty.txt"), "\n");
    assertThatThrownBy(() -> DomainCorpus.read("empty", List.of(empty)))
        .isInstanceOf(UserError.class)
        .hasMessage(empty + ": must have at least one row, got none");
    Path same = Files.write(temporary.resolve("same.txt"), Collections.nCopies(40, "again"));
    try (TextBase base = TinyWords.open("bert-classification", temporary)) {
      Pretrainer trainer = new Pretrainer(base, TinyWords.settings(1, 6, 16));
      assertThatThrownBy(() -> trainer.run(List.of(DomainCorpus.read("same", List.of(same)))))
          .isInstanceOf(UserError.class)
          .hasMessage("corpus same must be at least 16 different texts, got 1");
      DomainCorpus one = TinyWords.corpus(temporary, "one", 24, 25);
      assertThatThrownBy(() -> trainer.run(List.of(one, one)))
          .isInstanceOf(UserError.class)
          .hasMessage("corpus must be of different names, got one twice");
      DomainCorpus upper = new DomainCorpus("ONE", one.files());
      assertThatThrownBy(() -> trainer.run(List.of(one, upper)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "corpus must be of different names, got one and ONE, which differ in case alone");
      // The same name, written with a letter and a mark of its own: か and U+3099.
      assertThat(new DomainCorpus("\u304b\u3099ライン", one.files()).name()).isEqualTo("がライン");
      assertThatThrownBy(() -> new DomainCorpus("ラ".repeat(70), one.files()))
          .isInstanceOf(UserError.class)
          .hasMessage("name of a corpus must be at most 200 bytes in UTF-8, got 210");
      assertThatThrownBy(() -> new DomainCorpus("../one", one.files()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "name of a corpus must be letters, digits, dots, dashes and underscores, at most 100,"
                  + " got ../one");
      assertThatThrownBy(() -> new Pretrainer(base, TinyWords.settings(1, 6, 4000)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "maxLength must be at most "
                  + base.backbone().positions()
                  + " for the base "
                  + base.name()
                  + ", got 4000");
      assertThatThrownBy(() -> ObjectiveChoice.MLM.resolve(base))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "objective must be another than mlm for the base "
                  + base.name()
                  + ", which has no masked-LM head, got mlm");
    }
    assertThatThrownBy(() -> TinyWords.corpus(temporary, "a b", 24, 25))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "name of a corpus must be letters, digits, dots, dashes and underscores, at most 100,"
                + " got a b");
    assertThatThrownBy(() -> ObjectiveChoice.parse("--objective", "prefix"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "--objective must be one of auto, causal, mlm, simcse, pairs, crops, masks, got"
                + " prefix");
  }
}
