package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyVisionModelTest {
  @TempDir Path folder;

  @Test
  void makesABaseThatOthersLoadAndSaysHowItSorts() throws IOException {
    Path data = TinyVision.data(folder.resolve("data"), 8);
    Path out = folder.resolve("tiny");

    Cli made = make(data, out, "--epochs", "3", "--json");

    assertThat(made.code()).isZero();
    JsonNode json = new ObjectMapper().readTree(made.out());
    assertThat(json.path("accuracy").doubleValue()).isBetween(0.0, 1.0);
    assertThat(out.resolve("base")).doesNotExist();
    try (TextBase base = TextBase.open(out.toString(), DType.F32, FetchListener.SILENT)) {
      long numbers =
          base.backbone().weights().stream().mapToLong(weight -> weight.elements()).sum();
      assertThat(numbers).isEqualTo(json.path("parameters").longValue());
    }
  }

  @Test
  void learnsToTellPicturesApart() throws IOException {
    Path data = TinyVision.data(folder.resolve("data"), 24);

    Cli made = make(data, folder.resolve("tiny"), "--epochs", "30", "--json");

    assertThat(new ObjectMapper().readTree(made.out()).path("accuracy").doubleValue())
        .as(made.out())
        .isGreaterThanOrEqualTo(0.75);
  }

  /** With the real digits, which npm fetches. */
  @Test
  @Tag("full")
  void readsDigitsThatItHasNotSeen() throws IOException {
    Path digits = folder.resolve("digits");
    Path out = folder.resolve("tiny");
    Cli demo = Cli.run("data", "demo", "--kind", "digits", "--out", digits.toString());
    assertThat(demo.code()).as(demo.err()).isZero();

    Cli made =
        Cli.run(
            "data",
            "tiny-vit",
            "--data",
            digits.resolve("base").toString(),
            "--out",
            out.toString(),
            "--json");

    assertThat(new ObjectMapper().readTree(made.out()).path("accuracy").doubleValue())
        .as(made.out())
        .isGreaterThan(0.9);
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    Path data = TinyVision.data(folder.resolve("data"), 2);

    assertThat(make(data, folder.resolve("x"), "--side", "30").err())
        .isEqualTo("--side must be a multiple of 7 and at most 512, got 30\n");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static Cli make(Path data, Path out, String... more) {
    String[] all = new String[8 + more.length];
    System.arraycopy(
        new String[] {
          "data", "tiny-vit", "--data", data.toString(), "--out", out.toString(), "--size", "nano"
        },
        0,
        all,
        0,
        8);
    System.arraycopy(more, 0, all, 8, more.length);
    return Cli.run(all);
  }
}
