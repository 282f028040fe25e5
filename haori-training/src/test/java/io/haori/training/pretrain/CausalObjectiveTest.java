package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Sampling;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataFile;
import io.haori.training.data.RowFiles;
import io.haori.training.optim.AdamWConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decoders learn to write on. */
class CausalObjectiveTest {
  private static final int END = 1;

  @TempDir static Path temporary;
  private static TextBase base;

  @BeforeAll
  static void open() {
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterAll
  static void close() {
    base.close();
  }

  private static PretrainSettings settings(int epochs, int maxLength) {
    PretrainSettings usual = PretrainSettings.of(MethodCatalogue.create("lora", Map.of()));
    return new PretrainSettings(
        ObjectiveChoice.CAUSAL,
        usual.method(),
        epochs,
        8,
        maxLength,
        DType.F32,
        usual.base(),
        AdamWConfig.DEFAULT.withLearningRate(5e-3),
        usual.schedule(),
        usual.maxGradientNorm(),
        usual.dropout(),
        usual.heldOutShare(),
        usual.passTokens(),
        false,
        usual.checkpointEverySteps(),
        usual.seed());
  }

  private static CausalObjective objective(int maxLength) {
    CausalLanguageHead head = Objects.requireNonNull(base.backbone().causalHead());
    return new CausalObjective(base, head, settings(1, maxLength));
  }

  private static String joined(CausalObjective objective, String text, String answer) {
    Row row = new Row(text, answer, null, null, 1);
    return objective.joined(new DataFile(Path.of("a.jsonl"), List.of(row), "", null), row);
  }

  private static double loss(CausalObjective objective, List<String> texts) {
    TokenizedRows rows = objective.rows(texts, base.tokenizer());
    int[] all = IntStream.range(0, rows.size()).toArray();
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(DType.F32)) {
      DomainBatch batch = objective.batch(rows, all, 1);
      return objective.losses(tape, List.of(batch), Adaptation.NONE)[0];
    }
  }

  /** What transformers computes: a mean over the 30 tokens of both answers and their ends. */
  @Test
  void onlyAnswersCountAndEachOfTheirTokensAlike() {
    CausalObjective objective = objective(64);
    List<String> texts =
        List.of(
            joined(objective, "The blue cow eats", " grass."),
            joined(objective, "A cat is", " a small animal that says meow."));
    assertThat(loss(objective, texts)).isCloseTo(1.7631437, within(1e-5));
  }

  /** Of a text without an answer all tokens count but the first; 14 with its end. */
  @Test
  void aTextIsPredictedFromItsSecondTokenOn() {
    CausalObjective objective = objective(64);
    assertThat(loss(objective, List.of("The red bee is blue."))).isCloseTo(1.0627716, within(1e-5));
  }

  @Test
  void chunksOfAStepWeighTheirTokens() {
    CausalObjective objective = objective(64);
    List<String> texts =
        List.of(
            joined(objective, "The blue cow eats", " grass."),
            "The red bee is blue.",
            joined(objective, "A cat is", " a small animal that says meow."));
    TokenizedRows rows = objective.rows(texts, base.tokenizer());
    DomainBatch whole = objective.batch(rows, new int[] {0, 1, 2}, 1);
    List<DomainBatch> chunks = objective.chunks(whole, 20);
    assertThat(chunks).hasSize(3);
    double sum = 0;
    for (DomainBatch chunk : chunks) {
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(DType.F32)) {
        sum += chunk.share() * objective.losses(tape, List.of(chunk), Adaptation.NONE)[0];
      }
    }
    assertThat(sum).isCloseTo(loss(objective, texts), within(1e-6));
  }

  @Test
  void aLongTextContinuesAndALongPromptLosesItsBeginning() {
    CausalObjective objective = objective(10);
    String text = "The red bee is blue.";
    String cut = joined(objective, "The blue cow eats", " grass.");
    String tooLong = joined(objective, "A cat is", " a small animal that says meow.");
    TokenizedRows rows = objective.rows(List.of(text, cut, tooLong), base.tokenizer());
    assertThat(rows.lengths()).containsExactly(10, 5, 10, 10);
    List<Long> read = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      for (long id : rows.batch(row).ids()) {
        read.add(id);
      }
    }
    int[] ids = base.tokenizer().prompt(text);
    assertThat(read.stream().mapToInt(Long::intValue).limit(ids.length).toArray()).isEqualTo(ids);
    assertThat(read.get(ids.length)).isEqualTo(END);

    TokenBatch asked = rows.batch(2);
    int[] prompt = base.tokenizer().prompt("The blue cow eats");
    int[] answer = base.tokenizer().prompt(" grass.");
    int answered = answer.length;
    assertThat(asked.ids()[0]).isEqualTo(prompt[0]);
    assertThat(asked.ids()[9 - answered]).isEqualTo(prompt[prompt.length - 1]);
    assertThat(asked.ids()[9]).isEqualTo(END);
    assertThat(Arrays.stream(asked.typeIds()).sum()).isEqualTo(answered);

    TokenBatch ofAnswer = rows.batch(3);
    assertThat(ofAnswer.ids()[9]).isNotEqualTo(END);
    assertThat(Arrays.stream(ofAnswer.typeIds()).sum()).isEqualTo(8);
  }

  /** Rows with prompt and completion, from the file to what the decoder answers. */
  @Test
  void aModuleLearnsToAnswerAndTheBaseStaysAsItWas(@TempDir Path folder) throws IOException {
    // In one order: that of Map.of changes from run to run.
    Map<String, String> liked = new TreeMap<>(Map.of("cat", "red", "cow", "green", "hen", "black"));
    List<String> lines = new ArrayList<>();
    for (String place : List.of("at home", "in town", "here", "there", "now", "then")) {
      liked.forEach(
          (animal, colour) ->
              lines.add(
                  "{\"prompt\": \"A %s %s is\", \"completion\": \" %s.\"}"
                      .formatted(animal, place, colour)));
    }
    Path file = Files.write(folder.resolve("likes.jsonl"), lines);
    Path stored = folder.resolve("module");
    DomainCorpus corpus = DomainCorpus.read("likes", List.of(file));
    Pretrainer pretrainer = new Pretrainer(base, settings(40, 32));
    pretrainer.listener(
        new PretrainListener() {
          @Override
          public void onModule(DomainResult result, AdapterModule module) {
            assertThat(result.objective()).isEqualTo("causal");
            assertThat(result.lossEnd()).isLessThan(result.lossStart() / 4);
            Map<String, Object> chosen = pretrainer.settings(corpus);
            ModuleFolder.save(stored, module, base, result, chosen, Map.of(), new float[0]);
          }
        });
    pretrainer.run(List.of(corpus));
    GenerationSettings greedy = new GenerationSettings(12, Sampling.GREEDY, List.of(), 1);
    try (PeftAdapter adapter = PeftFolder.read(stored, base.backbone())) {
      assertThat(adapter.settings().taskType()).isEqualTo("CAUSAL_LM");
      assertThat(adapter.settings().modelPrefix()).isEqualTo("model.");
      Generator adapted = new Generator(base, adapter.module(), DType.F32);
      assertThat(adapted.generate("A cow here is", greedy).text()).isEqualTo(" green.");
      assertThat(adapted.generate("A hen in town is", greedy).text()).isEqualTo(" black.");
    }
    Generator plain = new Generator(base, Adaptation.NONE, DType.F32);
    assertThat(plain.generate("The red", greedy).text()).isEqualTo(" bee is red.");
  }

  @Test
  void rowsOfPromptsNeedTheirAnswers(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(file, "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": \"c\"}\n");
    assertThatThrownBy(() -> RowFiles.readTexts(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ":2: completion is missing");
    Files.writeString(
        file,
        "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": \"c\", \"completion\": \" \"}\n");
    assertThatThrownBy(() -> RowFiles.readTexts(file))
        .hasMessage(file + ":2: completion must not be blank");
    Files.writeString(
        file, "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"completion\": \"c\"}\n");
    assertThatThrownBy(() -> RowFiles.readTexts(file)).hasMessage(file + ":2: prompt is missing");
    Files.writeString(file, "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
    Row row = RowFiles.readTexts(file).rows().get(0);
    assertThat(row.text()).isEqualTo("a");
    assertThat(row.textPair()).isEqualTo("b");
  }
}
