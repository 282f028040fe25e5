package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What reports show of pictures: small copies of those that were answered wrong or unsurely. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PictureReportsTest {
  private static final Pattern IMAGE =
      Pattern.compile(
          "<img src=\"data:image/png;base64,([^\"]+)\" alt=\"\"><figcaption>([^<]+)</figcaption>");

  @TempDir static Path folder;

  private Path base;
  private Cli tuned;

  @BeforeAll
  void makeBaseAndPictures() throws IOException {
    base = TinyVision.folder(folder.resolve("bases"));
    Path test = TinyVision.data(folder.resolve("castings"), 8).resolve("test");
    // Wrong labels, so that there are mistakes.
    Files.move(test.resolve("ok/0.png"), test.resolve("crack/8.png"));
    Files.move(test.resolve("hole/0.png"), test.resolve("crack/9.png"));
    tuned =
        haori("tune --data $castings --out $inspector --method frozen --epochs 1 --base " + base);
    assertThat(tuned.code()).as(tuned.err()).isEqualTo(ExitCode.DONE);
  }

  private static Cli haori(String arguments) {
    return Cli.run((arguments + " --precision fp32").replace("$", folder + "/").split(" "));
  }

  /** A picture of a page with what is written below it. */
  private record Shown(Pixels picture, String caption) {}

  private static List<Shown> shown(String html) {
    List<Shown> all = new ArrayList<>();
    Matcher found = IMAGE.matcher(html);
    while (found.find()) {
      byte[] file = Base64.getDecoder().decode(found.group(1));
      Pixels picture = new Picture.Content("page", file, 10_000).read();
      all.add(new Shown(picture, found.group(2)));
    }
    return all;
  }

  @Test
  void thePageOfAnEvaluationShowsWrongAndUnsurePictures() throws IOException {
    Path page = folder.resolve("page.html");

    Cli run = haori("evaluate --adapter $inspector --data $castings --report " + page);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).contains("The report is " + page + ".");
    String html = Files.readString(page);
    assertThat(html).contains("<h2>Least sure answers</h2>", "<th class=\"words\">picture</th>");
    List<Shown> pictures = shown(html);
    // All twelve test pictures are among the least sure, and the wrong ones once more.
    assertThat(pictures).hasSizeGreaterThanOrEqualTo(14);
    for (Shown one : pictures) {
      String name = one.caption().replaceAll(": .*", "");
      Path file = folder.resolve("castings").resolve(name);
      assertThat(one.picture()).isEqualTo(new Picture.OfFile(file).read());
      assertThat(one.caption()).matches("test/(\\w+)/\\d.png: \\1 → \\w+ 0\\.\\d{3}");
    }
  }

  @Test
  void aReportTakesThePlaceOfAnEarlierOneAndOfNothingElse() throws IOException {
    Path page = folder.resolve("again.html");
    String command = "evaluate --adapter $inspector --data $castings --report " + page;
    assertThat(haori(command).code()).isZero();
    assertThat(haori(command).code()).isZero();
    Files.writeString(page, "my notes");

    Cli run = haori(command);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith("--report must be a new file, or an HTML page to replace, got " + page);
    assertThat(page).hasContent("my notes");
  }

  @Test
  void aComparisonShowsTheMistakesOfEachMethod() throws IOException {
    Cli run =
        haori(
            "compare --data $castings --methods frozen,lora --epochs 1 --seeds 2 --out $compared"
                + " --quiet --base "
                + base);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    String html = Files.readString(folder.resolve("compared/report.html"));
    assertThat(shown(html)).isNotEmpty().allMatch(one -> one.picture().height() == 24);
  }

  @Test
  void notesAndTablesSpeakOfPictures() {
    assertThat(tuned.err())
        .contains("  train      24 pictures, 3 labels, seen at 16 x 16 pixels")
        .doesNotContain("longest text");
    Cli run = haori("evaluate --adapter $inspector --data $castings");
    assertThat(run.out())
        .contains("Most confident mistakes:")
        .containsPattern("row +picture +right");
  }

  @Test
  void adviceSpeaksOfPicturesAndShowsThoseThatWereAnsweredWrong() throws IOException {
    Path train = folder.resolve("mixed/train");
    TinyVision.data(folder.resolve("mixed"), 8);
    // A quarter of wrong labels.
    for (int i = 0; i < 2; i++) {
      Files.move(train.resolve("ok/" + i + ".png"), train.resolve("crack/w" + i + ".png"));
      Files.move(train.resolve("hole/" + i + ".png"), train.resolve("ok/w" + i + ".png"));
    }

    Cli run = haori("advise --data $mixed --out $plan --quiet --base " + base);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("labelled pictures")
        .contains("By this project's own results: not known, as its sets are texts, not pictures.")
        .contains("haori data order shows which pictures to label next.", "training.augment=")
        .contains("haori anomaly fit learns from good ones")
        .doesNotContain("tokens unknown")
        .doesNotContain("sets most like this one")
        .doesNotContain("which texts")
        .doesNotContain("Latin letters");
    List<Shown> wrong = shown(Files.readString(folder.resolve("plan/plan.html")));
    assertThat(wrong).extracting(Shown::caption).anyMatch(one -> one.contains("w"));
  }

  @Test
  void adviceAboutPicturesCountsPicturesAndComparesThemWithThoseOfModules() throws IOException {
    Path costs = folder.resolve("costs.yaml");
    Files.writeString(
        costs,
        """
        currency: EUR
        volume: 1000
        today: {right: 0.8, cost: 1}
        wrong: {usual: 20}
        setup: 1000
        running: 50
        """);
    String add = "module add %s/inspector --name inspector --registry %s/reg";
    Cli added = Cli.run(add.formatted(folder, folder).split(" "));
    assertThat(added.code()).as(added.err()).isEqualTo(ExitCode.DONE);

    Cli run =
        haori("advise --data $castings --quiet --registry $reg --costs $costs.yaml --base " + base);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("pictures differ, of the limit", "inspector@1")
        .containsPattern("of the pictures \\(predict|every picture is cheapest")
        .doesNotContain("of the texts", "texts differ", "every text");
    Files.writeString(folder.resolve("manual.txt"), "one text\n".repeat(12));
    Cli corpus = haori("advise --data $castings --quiet --corpus $manual.txt --base " + base);
    assertThat(corpus.code()).isEqualTo(ExitCode.USER);
    assertThat(corpus.err())
        .contains("--corpus must be left out for pictures, got [" + folder + "/manual.txt]");
  }

  @Test
  void tooFewPicturesAreCountedAsPictures() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    TinyVision.write(folder.resolve("few/ok/0.png"), "ok", random);
    TinyVision.write(folder.resolve("few/hole/0.png"), "hole", random);
    TinyVision.write(folder.resolve("few/hole/1.png"), "hole", random);

    Cli few = haori("tune --data $few --out $small --base " + base);

    assertThat(few.code()).isEqualTo(ExitCode.USER);
    assertThat(few.err())
        .isEqualTo(
            folder
                + "/few: has too few different pictures to be split into training, validation and"
                + " test rows, got 3\n");
    assertThat(folder.resolve("small")).doesNotExist();
  }

  @Test
  void theReportOfDomainsHeadsAColumnPicture() throws IOException {
    TinyVision.data(folder.resolve("plates"), 5);
    String command =
        "analyze transfer --data $castings $plates --seeds 1 --epochs 1 --rank 2 --quiet --base "
            + base;
    Cli english = haori(command + " --out $both");
    assertThat(english.code()).as(english.err()).isEqualTo(ExitCode.DONE);
    Cli japanese = haoriInJapanese(command + " --out $both-ja");
    assertThat(japanese.code()).as(japanese.err()).isEqualTo(ExitCode.DONE);

    assertThat(Files.readString(folder.resolve("both/report.html")))
        .contains("<th class=\"words\">picture</th>")
        .doesNotContain(">text</th>");
    assertThat(Files.readString(folder.resolve("both-ja/report.html")))
        .contains("<th class=\"words\">画像</th>")
        .doesNotContain(">テキスト</th>");
  }

  private static Cli haoriInJapanese(String arguments) {
    return Cli.runWith(
        Map.of("HAORI_LANG", "ja"),
        (arguments + " --precision fp32").replace("$", folder + "/").split(" "));
  }

  @Test
  void aModelThatAnswersTheCommonClassAloneSaysSo() throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    for (String split : List.of("train", "validation", "test")) {
      for (int i = 0; i < 24; i++) {
        String name = i < 2 ? "hole" : "ok";
        TinyVision.write(
            folder.resolve("uneven").resolve(split).resolve(name).resolve(i + ".png"),
            name,
            random);
      }
    }
    String tune =
        "tune --data $uneven --method lora --epochs 1 --lr 1e-9 --base " + base + " --out $";

    Cli uneven = haori(tune + "common --set training.headStart=random");

    assertThat(uneven.code()).as(uneven.err()).isEqualTo(ExitCode.DONE);
    assertThat(uneven.err() + uneven.out())
        .containsPattern(
            "All 24 test rows are answered with (hole|ok): no other class was learnt.");
    Cli learnt =
        haori(tune.replace("--epochs 1 --lr 1e-9", "--epochs 12 --lr 0.01") + "rare-found");
    assertThat(learnt.code()).as(learnt.err()).isEqualTo(ExitCode.DONE);
    assertThat(learnt.err()).doesNotContain("no other class was learnt");
  }
}
