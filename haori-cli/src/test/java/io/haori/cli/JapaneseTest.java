package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.terminal.ExitCode;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads who uses Haori in Japanese. */
final class JapaneseTest {
  private static final Map<String, String> LOCALE = Map.of("LANG", "ja_JP.UTF-8");

  @TempDir private Path folder;

  @Test
  void aMistakeIsOneJapaneseSentence() {
    Cli run = Cli.runWith(LOCALE, "tune", "--data", "nowhere", "--epochs", "0", "--out", "x");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err()).isEqualTo("--epochs は 1 以上である必要があります（実際：0）\n");
  }

  @Test
  void aMisspeltCommandIsNamedInJapanese() {
    Cli run = Cli.runWith(LOCALE, "tuna");

    assertThat(run.err())
        .isEqualTo(
            """
            tuna は haori のコマンドでも引数でもありません。tune のことですか？
            使い方は haori --help を見てください
            """);
  }

  @Test
  void anOptionChoosesTheLanguageWhateverTheLocaleIs() {
    assertThat(Cli.run("tune", "--lang", "ja", "--data", "nowhere", "--out", "x").err())
        .isEqualTo("nowhere: データセットのフォルダーまたはファイルを指定してください。そこには何もありません\n");
    assertThat(Cli.runWith(LOCALE, "tune", "--lang=en", "--data", "nowhere", "--out", "x").err())
        .isEqualTo("nowhere: must be a folder with a dataset or a file, but nothing is there\n");
    assertThat(Cli.run("tune", "--lang", "fr", "--data", "nowhere", "--out", "x").err())
        .isEqualTo("--lang must be en or ja, got fr\n");
  }

  @Test
  void helpIsInJapaneseAndFitsTheTerminal() {
    Cli run = Cli.runWith(LOCALE, "tune", "--help");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("使い方： haori tune")
        .contains("学習行を通して学習する最大回数（既定値：8）。")
        .contains("例：\n")
        .doesNotContain("Usage")
        .doesNotContain("default");
    assertThat(run.out().lines())
        .allMatch(line -> line.codePoints().map(WCWidth::wcwidth).sum() <= 100);
  }

  @Test
  void jsonIsTheSameInEveryLanguage() throws Exception {
    Path rows = rows(Charset.forName("UTF-8"));
    String japanese = Cli.runWith(LOCALE, "data", "check", rows.toString(), "--json").out();
    String english = Cli.run("data", "check", rows.toString(), "--json").out();

    assertThat(timeless(japanese)).isEqualTo(timeless(english));
  }

  @Test
  void aSpreadsheetInShiftJisIsCheckedInJapanese() throws Exception {
    Path rows = rows(Charset.forName("windows-31j"));
    Cli run = Cli.runWith(LOCALE, "data", "check", rows.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("rows.csv を Shift_JIS (Windows-31J) として読み取ります。")
        .contains("別の文字コードは --encoding で選べます。")
        .contains("未知のトークン", "故障", "注文")
        .doesNotContain("Warning");
  }

  private static ObjectNode timeless(String json) throws Exception {
    return new ObjectMapper()
        .readValue(json, ObjectNode.class)
        .remove(List.of("seconds", "peakRssMb"));
  }

  private Path rows(Charset encoding) throws Exception {
    StringBuilder text = new StringBuilder("text,label\n");
    for (int row = 0; row < 30; row++) {
      text.append("ポンプが").append(row).append("回止まった,故障\n");
      text.append("部品").append(row).append("を注文したい,注文\n");
    }
    return Files.write(folder.resolve("rows.csv"), text.toString().getBytes(encoding));
  }
}
