package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A base that cuts Japanese texts into words: from the folder to the answer and the export. */
final class JapaneseBaseTest {
  private static final List<String> WORDS =
      List.of(
          "について", "として", "による", "により", "という", "ポンプ", "が", "止まっ", "た", "水", "漏れ", "電源", "入ら", "ない",
          "異音", "し", "て", "い", "ます", "回", "。", "、", "モーター", "から", "の");

  @TempDir private Path folder;
  private Path base;
  private Path data;

  @BeforeEach
  void write() throws Exception {
    base = Golden.copy("models/bert-classification", folder.resolve("golden"));
    List<String> vocabulary =
        new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    vocabulary.addAll(WORDS);
    for (int digit = 0; digit < 10; digit++) {
      vocabulary.add("##" + digit);
      vocabulary.add("" + digit);
    }
    while (vocabulary.size() < 96) {
      vocabulary.add("[unused" + vocabulary.size() + "]");
    }
    Files.write(base.resolve("vocab.txt"), vocabulary);
    Files.deleteIfExists(base.resolve("tokenizer.json"));
    Files.writeString(
        base.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab",
         "subword_tokenizer_type": "wordpiece", "mecab_kwargs": {"mecab_dic": "ipadic"}}
        """);
    data = Files.createDirectories(folder.resolve("data"));
    for (String split : List.of("train", "validation", "test", "corpus")) {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        rows.append("{\"text\":\"ﾎﾟﾝﾌﾟが3回止まった。\",\"label\":\"故障\"}\n".replace("3", "" + i))
            .append("{\"text\":\"モーターから水が漏れています\",\"label\":\"漏れ\"}\n".replace("水", i + "回水"));
      }
      Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
    }
  }

  @Test
  void aTaskIsFittedAnsweredAndExported() throws Exception {
    Path adapter = folder.resolve("adapter");
    Cli tuned =
        Cli.run(
            "tune",
            "--data",
            data.toString(),
            "--base",
            base.toString(),
            "--method",
            "lora",
            "--epochs",
            "2",
            "--out",
            adapter.toString(),
            "--quiet");
    assertThat(tuned.err()).doesNotContain("unknown");
    assertThat(tuned.code()).isEqualTo(ExitCode.DONE);

    Cli answered = Cli.run("predict", "--adapter", adapter.toString(), "--text", "ポンプが3回止まった。");
    assertThat(answered.code()).isEqualTo(ExitCode.DONE);
    assertThat(answered.out()).contains("\"label\":\"");

    Path export = folder.resolve("export");
    Cli exported =
        Cli.run(
            "export",
            "--adapter",
            adapter.toString(),
            "--format",
            "merged",
            "--out",
            export.toString());
    assertThat(exported.err()).isEmpty();
    assertThat(exported.code()).isEqualTo(ExitCode.DONE);
    assertThat(export.resolve("vocab.txt")).hasSameTextualContentAs(base.resolve("vocab.txt"));
    assertThat(Files.readString(export.resolve("tokenizer_config.json")))
        .contains("BertJapaneseTokenizer", "ipadic");
    assertThat(export.resolve("tokenizer.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"mlm, models/bert-mlm", "simcse, models/bert-classification"})
  void aModuleIsLearntFromTextsWithoutBlanks(String objective, String golden) throws Exception {
    Path own = Golden.copy(golden, folder.resolve("own"));
    Files.deleteIfExists(own.resolve("tokenizer.json"));
    for (String file : List.of("vocab.txt", "tokenizer_config.json")) {
      Files.copy(base.resolve(file), own.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> corpus = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      corpus.add("モーターから" + i + "回水が漏れています。ポンプが止まった");
    }
    Files.write(folder.resolve("factory.txt"), corpus);
    Cli learnt =
        Cli.run(
            "pretrain",
            "--corpus",
            "factory=" + folder.resolve("factory.txt"),
            "--base",
            own.toString(),
            "--max-length",
            "32",
            "--objective",
            objective,
            "--out",
            folder.resolve("modules").toString(),
            "--json");

    assertThat(learnt.err()).doesNotContain("another language");
    assertThat(learnt.code()).as(learnt.err()).isEqualTo(ExitCode.DONE);
    assertThat(learnt.out()).containsPattern("\"piecesPerWord\":1\\.");
  }
}
