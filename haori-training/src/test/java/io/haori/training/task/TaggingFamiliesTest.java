package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.WordTags;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.Golden;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tags on bases with byte-level BPE, from rows to a stored module and back. All words begin with
 * the same letter: only with the blank before it is a word's first token one of its own.
 */
class TaggingFamiliesTest {
  private static final int LETTERS = 5;
  private static final int BLANK = LETTERS + 26;
  private static final int WORDS = BLANK + 2;
  private static final int KINDS = 20;

  @TempDir Path temporary;

  private static char letter(int at) {
    return (char) ('a' + at);
  }

  /** The letters, the blank, and as one token each blank, x and one of the first letters. */
  private static String tokenizer(List<String> special) throws IOException {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    special.forEach(name -> vocabulary.put(name, vocabulary.size()));
    IntStream.range(0, 26).forEach(k -> vocabulary.put("" + letter(k), vocabulary.size()));
    vocabulary.put("Ġ", vocabulary.size());
    vocabulary.put("Ġx", vocabulary.size());
    List<List<String>> merges = new ArrayList<>(List.of(List.of("Ġ", "x")));
    for (int k = 0; k < KINDS; k++) {
      vocabulary.put("Ġx" + letter(k), vocabulary.size());
      merges.add(List.of("Ġx", "" + letter(k)));
    }
    List<Map<String, Object>> added = new ArrayList<>();
    for (String name : special) {
      added.add(
          Map.of(
              "id",
              vocabulary.get(name),
              "content",
              name,
              "single_word",
              false,
              "lstrip",
              false,
              "rstrip",
              false,
              "normalized",
              false,
              "special",
              true));
    }
    String first = special.get(0).equals("<s>") ? "<s>" : "[CLS]";
    String last = special.get(0).equals("<s>") ? "</s>" : "[SEP]";
    List<Map<String, Object>> single =
        List.of(
            Map.of("SpecialToken", Map.of("id", first, "type_id", 0)),
            Map.of("Sequence", Map.of("id", "A", "type_id", 0)),
            Map.of("SpecialToken", Map.of("id", last, "type_id", 0)));
    List<Map<String, Object>> pair = new ArrayList<>(single);
    pair.add(Map.of("Sequence", Map.of("id", "B", "type_id", 1)));
    pair.add(single.get(2));
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("version", "1.0");
    file.put("added_tokens", added);
    file.put("normalizer", Map.of("type", "NFC"));
    file.put(
        "pre_tokenizer",
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            true,
            "use_regex",
            true));
    file.put(
        "post_processor",
        Map.of(
            "type",
            "TemplateProcessing",
            "single",
            single,
            "pair",
            pair,
            "special_tokens",
            Map.of(
                first,
                Map.of(
                    "id", first, "ids", List.of(vocabulary.get(first)), "tokens", List.of(first)),
                last,
                Map.of(
                    "id", last, "ids", List.of(vocabulary.get(last)), "tokens", List.of(last)))));
    file.put("model", Map.of("type", "BPE", "vocab", vocabulary, "merges", merges));
    return new ObjectMapper().writeValueAsString(file);
  }

  private TextBase base(String family) throws IOException {
    Path folder = Golden.copy("models/" + family + "-classification", temporary);
    if (family.equals("roberta")) {
      Files.writeString(
          folder.resolve("tokenizer.json"),
          tokenizer(List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>")));
    } else {
      Files.writeString(
          folder.resolve("tokenizer.json"),
          tokenizer(List.of("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]")));
      Files.writeString(
          folder.resolve("tokenizer_config.json"),
          """
          {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]", "pad_token": "[PAD]",
           "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
          """);
    }
    return TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
  }

  /** Words whose second letter says the tag, some of them with more tokens after the first. */
  private static Dataset tags() {
    SplittableRandom random = new SplittableRandom(4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      List<String> words = new ArrayList<>();
      List<String> tags = new ArrayList<>();
      for (int k = 0; k < 3 + random.nextInt(4); k++) {
        int kind = random.nextInt(3) == 0 ? random.nextInt(2) : 2 + random.nextInt(KINDS - 2);
        words.add("x" + letter(kind) + (random.nextBoolean() ? "uv" : ""));
        tags.add(kind < 2 ? "B-" + letter(kind) : "O");
      }
      rows.add(Row.ofWords(words, new WordTags(tags)));
    }
    return Dataset.of(rows).split(42);
  }

  private static TuneSettings settings() {
    return new TuneSettings(
        MethodCatalogue.create("lora", Map.of("targets", "all-linear")),
        LoopConfig.DEFAULT
            .withEpochs(8)
            .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
            .withOptimizer(new AdamWConfig(2e-2, 0.9, 0.999, 1e-8, 0.01)),
        new TextOptions(Pooling.AUTO, 32, DType.F32),
        16,
        false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"roberta", "modernbert"})
  void firstTokensAreThoseOfTheWordsInATextAndTagsAreLearntStoredAndReadAgain(String family)
      throws IOException {
    Dataset data = tags();
    Path folder = temporary.resolve("adapter");
    List<String> words = List.of("xc", "xauv", "xb", "xduv", "xa");
    try (TextBase base = base(family)) {
      int[] ids = base.tokenizer().encodeWords(List.of(words), 32).get(0).tokens().ids();
      int[] firsts =
          TokenizedRows.of(
                  List.of(Row.ofWords(words, null)), base.tokenizer(), 32, data.labels().task())
              .words(0);
      assertThat(firsts).containsExactly(1, 2, 5, 6, 9);
      assertThat(IntStream.of(firsts).map(at -> ids[at]))
          .containsExactly(WORDS + 2, WORDS, WORDS + 1, WORDS + 3, WORDS);
      // The first word of a text has no blank of its own; all others have the same tokens.
      int[] ofText =
          base.tokenizer().encode(List.of(String.join(" ", words)), null, 32).get(0).ids();
      assertThat(Arrays.copyOfRange(ofText, 3, ofText.length))
          .isEqualTo(Arrays.copyOfRange(ids, 2, ids.length));

      List<Prediction> said;
      try (TunedModel tuned = new Tuner(base, settings()).tune(data)) {
        Predictions predictions = Predictions.of(tuned.model(), data.test());
        assertThat(predictions.scores().primary()).isGreaterThan(0.9);
        said = tuned.model().predictRows(data.test().rows());
        AdapterFolder.save(
            folder,
            tuned.model(),
            tuned.provenance(data, settings(), predictions.scores().byName()));
      }
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(loaded.predictRows(data.test().rows())).isEqualTo(said);
        assertThat(loaded.predict(String.join(" ", words)).labels())
            .containsExactly("O", "B-a", "B-b", "O", "B-a");
      }
    }
  }
}
