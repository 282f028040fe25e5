package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pictures to label next, and what becomes of their labels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PictureLabelsTest {
  @TempDir static Path folder;

  @BeforeAll
  void makeBaseAndPictures() throws IOException {
    Path base = TinyVision.folder(folder.resolve("bases"));
    TinyVision.data(folder.resolve("castings"), 4);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 6; i++) {
      String name = TinyVision.CLASSES.get(i % 3);
      TinyVision.write(folder.resolve("photos/day" + i % 2 + "/" + i + ".png"), name, random);
    }
    Cli run =
        haori(
            "tune --data $castings --out $inspector --method frozen --epochs 1 --precision fp32"
                + " --quiet --base "
                + base);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private static Cli haori(String arguments) {
    return Cli.run(arguments.replace("$", folder + "/").split(" "));
  }

  private static List<String> ordered(String more) throws IOException {
    Cli run = haori("data order --data $photos --adapter $inspector --json " + more);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<String> names = new ArrayList<>();
    for (JsonNode one : new ObjectMapper().readTree(run.out()).get("texts")) {
      assertThat(TinyVision.CLASSES).contains(one.get("guess").asText());
      names.add(one.get("text").asText());
    }
    return names;
  }

  @Test
  void picturesOfAFolderAreOrderedAndThoseThatHaveALabelAreLeftOut() throws IOException {
    assertThat(ordered("--count 9"))
        .containsExactlyInAnyOrder(
            "day0/0.png", "day0/2.png", "day0/4.png", "day1/1.png", "day1/3.png", "day1/5.png");
    Files.writeString(
        folder.resolve("two.csv"), "text,label\nday0/0.png,crack\nday1/3.png,crack\n");
    assertThat(haori("data add --pictures $photos --rows $two.csv --out $two").code()).isZero();

    assertThat(ordered("--count 9 --without $two"))
        .containsExactlyInAnyOrder("day0/2.png", "day0/4.png", "day1/1.png", "day1/5.png");
  }

  @Test
  void labelledPicturesAreAddedToTheTrainingFoldersOfTheirClasses() throws IOException {
    Path rows =
        Files.writeString(
            folder.resolve("labels.csv"), "text,label\nday0/2.png,ok\nday1/1.png,scratch\n");

    Cli run =
        haori("data add --data $castings --pictures $photos --rows $labels.csv --out $castings-2");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("36 rows and 2 more are in ");
    // Four are there already, one of which is called 2.png.
    assertThat(folder.resolve("castings-2/train/ok/2-2.png"))
        .hasSameBinaryContentAs(folder.resolve("photos/day0/2.png"));
    assertThat(folder.resolve("castings-2/train/scratch/1.png")).exists();
    assertThat(folder.resolve("castings-2/test/hole").toFile().list()).hasSize(4);
    assertThat(rows).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ../castings/test/ok/0.png | ok | text must be the name of a picture in PHOTOS, got TEXT
          day0/9.png | ok | text must be the name of a picture in PHOTOS, got TEXT
          day0 | ok | text must be the name of a picture in PHOTOS, got TEXT
          day0/2.png | ../ok | label must be a name that a folder can have, got "../ok"
          day0/2.png | .ok | label must be a name that a folder can have, got ".ok"
          """)
  void whatLeadsOutOfTheFoldersIsRefused(String text, String label, String sentence)
      throws IOException {
    Path rows =
        Files.writeString(folder.resolve("bad.csv"), "text,label\n" + text + "," + label + "\n");

    Cli run = haori("data add --pictures $photos --rows $bad.csv --out $nothing");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith(
            rows
                + ":2: "
                + sentence
                    .replace("PHOTOS", folder.resolve("photos").toString())
                    .replace("TEXT", text));
    assertThat(folder.resolve("nothing")).doesNotExist();
  }

  @Test
  void aFileInThePlaceOfLabelledFoldersIsRefused() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "text,label\nday0/2.png,ok\n");

    Cli run = haori("data add --data $rows.csv --pictures $photos --rows $rows.csv --out $nothing");

    assertThat(run.err())
        .startsWith(
            "--data must be a folder of pictures by class, got " + folder.resolve("rows.csv"));
  }
}
