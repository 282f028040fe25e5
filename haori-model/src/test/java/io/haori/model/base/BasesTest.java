package io.haori.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.weights.DType;
import io.haori.model.family.bert.BertConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasesTest {
  @TempDir Path folder;

  @BeforeEach
  void useACacheOfItsOwn() {
    System.setProperty("haori.cache", folder.resolve("cache").toString());
  }

  @AfterEach
  void useTheUsersCacheAgain() {
    System.clearProperty("haori.cache");
  }

  @Test
  void opensMiniLmFromTheClassPath() {
    try (Scope scope = Scope.open();
        BaseModel base = Bases.open("minilm", FetchListener.SILENT)) {
      assertThat(base.config()).isEqualTo(BertConfig.bertUncased(6, 384, 12));
      assertThat(base.digest())
          .isEqualTo("759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e");
      assertThat(base.tokenizer().encode(List.of("Hello world"), null, 512).get(0).ids())
          .containsExactly(101, 7592, 2088, 102);
      Weights weights = base.weights();
      assertThat(weights.names()).hasSize(102).noneMatch(name -> name.contains("onnx"));
      assertEncoder(weights, "", 6, 384);
      assertThat(weights.dtype("embeddings.position_ids")).isEqualTo(DType.I64);
      // Read with another program: the weight is stored [384, 1536] and has to be transposed.
      float[] dense = weights.load("encoder.layer.0.intermediate.dense.weight").toFloats();
      assertThat(List.of(dense[0], dense[1], dense[384]))
          .containsExactly(-0.028725892f, -0.07771121f, -0.011768141f);
    }
  }

  @Test
  void unpacksABaseOnlyOnce() throws Exception {
    List<String> heard = new ArrayList<>();
    FetchListener listener =
        (what, bytes, total) -> {
          if (bytes == total) {
            heard.add(what + " " + total);
          }
        };
    Bases.open("minilm", listener).close();
    assertThat(heard).containsExactly("unpacking minilm 91099267");
    Bases.open("minilm", listener).close();
    assertThat(heard).hasSize(1);
    Path unpacked = folder.resolve("cache/bases/minilm-759c3cd2b7fe7e93");
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("model.onnx", "tokenizer.json");
    }
    Files.write(unpacked.resolve("model.onnx"), new byte[5]);
    Bases.open("minilm", listener).close();
    assertThat(heard).hasSize(2);
  }

  @Test
  void opensAHuggingFaceFolder() throws Exception {
    Path golden = withVocabulary(Golden.copy("models/bert-mlm", folder), 96);
    try (Scope scope = Scope.open();
        BaseModel base = Bases.open(golden.toString(), FetchListener.SILENT)) {
      assertThat(base.name()).isEqualTo(golden.toString());
      assertThat(base.digest()).isEqualTo(Sha256.of(golden.resolve("model.safetensors")));
      assertThat(base.config().hiddenSize()).isEqualTo(32);
      assertEncoder(base.weights(), "bert.", 2, 32);
      assertThat(base.tokenizer().encode(List.of("t90"), null, 8).get(0).ids())
          .containsExactly(2, 90, 3);
    }
  }

  @Test
  void refusesATokenizerLargerThanTheVocabulary() throws Exception {
    Path golden = withVocabulary(Golden.copy("models/bert-mlm", folder), 97);
    assertRefused(
        golden.toString(), golden + ": its tokenizer has 97 tokens, its config's vocab_size is 96");
  }

  @Test
  void refusesAPickle() throws Exception {
    Path golden = Golden.copy("models/bert-mlm", folder);
    Files.move(golden.resolve("model.safetensors"), golden.resolve("pytorch_model.bin"));
    assertRefused(
        golden.toString(),
        golden.resolve("pytorch_model.bin")
            + ": cannot be read safely, must be model.safetensors:"
            + " convert it with save_pretrained(folder, safe_serialization=True)");
  }

  @Test
  void namesWhatAFolderLacks() throws Exception {
    assertRefused(folder.toString(), folder.resolve("config.json") + ": does not exist");
    Path golden = Golden.copy("models/bert-mlm", folder);
    assertRefused(golden.toString(), golden + ": must have a tokenizer.json or a vocab.txt");
    Files.delete(golden.resolve("model.safetensors"));
    assertRefused(
        golden.toString(),
        golden + ": must have a model.safetensors or a model.safetensors.index.json");
  }

  @ParameterizedTest
  @CsvSource({
    "no/such/folder, ''",
    "'', ''",
    "MiniLM, minilm",
    "minlm, minilm",
    "bert_base, bert-base",
    "m-bert, mbert",
    "e5small, e5-small"
  })
  void namesTheBasesThereAreAndTheNearest(String name, String nearest) {
    String message =
        "base must be one of minilm, bge-small, e5-small, bert-base, mbert, or a Hugging Face"
            + " folder, got "
            + name
            + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?");
    assertRefused(name, message);
    assertThatThrownBy(() -> Bases.requireKnown(name)).hasMessage(message);
  }

  @Test
  void knowsOfAPublishedBaseWithoutFetchingIt() {
    Bases.requireKnown("bert-base");
    Bases.requireKnown(folder.toString());
    assertThat(Bases.publishedDigest("bert-base"))
        .hasValueSatisfying(d -> assertThat(d).hasSize(64));
    assertThat(Bases.publishedDigest(folder.toString())).isEmpty();
    assertThat(Bases.languages("minilm")).contains("English");
    assertThat(Bases.languages("mbert")).contains("104 languages, Japanese and Chinese among them");
    assertThat(Bases.languages(folder.toString())).isEmpty();
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void theMultilingualBaseKeepsCaseAccentsAndDakuten() throws Exception {
    List<String> tokens =
        List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ポ", "ホ", "##ン", "##プ", "##フ", "##から",
            "水", "が", "か", "漏", "れて", "##い", "##ます", "。", "The", "the", "Café", "cafe", "Cafe");
    Files.write(folder.resolve("vocab.txt"), tokens);
    PublishedBase base =
        PublishedBase.ALL.stream().filter(b -> b.name().equals("mbert")).findFirst().orElseThrow();
    try (Tokenizer tokenizer = base.openTokenizer(folder)) {
      // The split that transformers makes with the whole vocabulary.
      assertThat(split(tokenizer, tokens, "ポンプから水が漏れています。"))
          .containsExactly(
              "[CLS]", "ポ", "##ン", "##プ", "##から", "水", "が", "漏", "れて", "##い", "##ます", "。", "[SEP]");
      assertThat(split(tokenizer, tokens, "The Café"))
          .containsExactly("[CLS]", "The", "Café", "[SEP]");
    }
  }

  private static List<String> split(Tokenizer tokenizer, List<String> tokens, String text) {
    int[] ids = tokenizer.encode(List.of(text), null, 32).get(0).ids();
    return IntStream.of(ids).mapToObj(tokens::get).toList();
  }

  @Test
  void aRelativeFolderIsNamedByItsAbsolutePlace() throws Exception {
    Path golden = withVocabulary(Golden.copy("models/bert-mlm", folder), 96);
    Path relative = Path.of("").toAbsolutePath().relativize(golden.toRealPath());
    try (BaseModel base = Bases.open(relative.toString(), FetchListener.SILENT)) {
      assertThat(base.name()).isEqualTo(golden.toRealPath().toString());
    }
    assertThat(Bases.place("mbert")).isEqualTo("mbert");
  }

  @Test
  void saysWhichCacheCannotBeUsed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    System.setProperty("haori.cache", file.toString());
    assertThatThrownBy(() -> Bases.open("minilm", FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": cannot be used as cache: ")
        .hasMessageEndingWith("; choose another folder with -Dhaori.cache=FOLDER");
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "bge-small, '', 12, 384, 197",
    "e5-small, '', 12, 384, 198",
    "bert-base, bert., 12, 768, 204",
    "mbert, bert., 12, 768, 204"
  })
  void fetchesAPublishedBase(String name, String prefix, int layers, int hidden, int count) {
    try (Scope scope = Scope.open();
        BaseModel base = Bases.open(name, FetchListener.SILENT)) {
      assertThat(base.weights().names()).hasSize(count);
      assertEncoder(base.weights(), prefix, layers, hidden);
      boolean cased = name.equals("mbert");
      assertThat(base.tokenizer().encode(List.of("Hello world"), null, 512).get(0).ids())
          .isEqualTo(cased ? new int[] {101, 31178, 11356, 102} : new int[] {101, 7592, 2088, 102});
    }
  }

  private static void assertEncoder(Weights weights, String prefix, int layers, int hidden) {
    String embeddings = prefix + "embeddings.";
    assertThat(weights.shape(embeddings + "word_embeddings.weight")[1]).isEqualTo(hidden);
    assertThat(weights.shape(embeddings + "LayerNorm.weight")).containsExactly(hidden);
    for (int layer = 0; layer < layers; layer++) {
      String name = prefix + "encoder.layer." + layer + ".";
      int inner = (int) weights.shape(name + "intermediate.dense.bias")[0];
      assertMatrix(weights, name + "attention.self.query", hidden, hidden);
      assertMatrix(weights, name + "attention.self.key", hidden, hidden);
      assertMatrix(weights, name + "attention.self.value", hidden, hidden);
      assertMatrix(weights, name + "attention.output.dense", hidden, hidden);
      assertMatrix(weights, name + "intermediate.dense", inner, hidden);
      assertMatrix(weights, name + "output.dense", hidden, inner);
      assertThat(weights.shape(name + "output.LayerNorm.weight")).containsExactly(hidden);
    }
    assertThat(weights.contains(prefix + "encoder.layer." + layers + ".output.dense.bias"))
        .isFalse();
  }

  private static void assertMatrix(Weights weights, String layer, int out, int in) {
    assertThat(weights.shape(layer + ".weight")).as(layer).containsExactly(out, in);
    assertThat(weights.shape(layer + ".bias")).as(layer).containsExactly(out);
    try (Scope scope = Scope.open()) {
      assertThat(weights.load(layer + ".weight").shape()).as(layer).containsExactly(out, in);
    }
  }

  private static Path withVocabulary(Path folder, int size) throws Exception {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    IntStream.range(5, size).forEach(id -> tokens.add("t" + id));
    Files.write(folder.resolve("vocab.txt"), tokens);
    return folder;
  }

  private static void assertRefused(String name, String message) {
    assertThatThrownBy(() -> Bases.open(name, FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
