package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files among pictures: all are named at once, before anything is lost by them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DamagedPicturesTest {
  private static final String NONE = ": must be a picture (PNG, JPEG, BMP or TIFF), is none";

  @TempDir static Path folder;

  private Path base;

  @BeforeAll
  void makeBaseAndPictures() throws IOException {
    base = TinyVision.folder(folder.resolve("bases"));
    TinyVision.data(folder.resolve("castings"), 4);
    Cli tuned =
        haori("tune --data $castings --out $inspector --method frozen --epochs 1 --base " + base);
    assertThat(tuned.code()).as(tuned.err()).isEqualTo(ExitCode.DONE);
  }

  private static Cli haori(String arguments) {
    return Cli.run((arguments + " --precision fp32").replace("$", folder + "/").split(" "));
  }

  private static String refused(String arguments) {
    Cli run = haori(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USER);
    return run.err().replace(folder + "/", "$").strip().replaceAll("(?s).*\n", "");
  }

  @Test
  void predictNamesAllOfAFolderAlsoThoseOfLaterBatches() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 300; i++) {
      TinyVision.write(folder.resolve("photos/%03d.png".formatted(i)), "ok", random);
    }
    Files.writeString(folder.resolve("photos/007.png"), "text");
    Files.writeString(folder.resolve("photos/100.png"), "");
    byte[] whole = Files.readAllBytes(folder.resolve("photos/299.png"));
    Files.write(folder.resolve("photos/299.png"), Arrays.copyOf(whole, 100));

    assertThat(refused("predict --adapter $inspector --input $photos"))
        .isEqualTo(
            "$photos/007.png"
                + NONE
                + "; $photos/100.png: must be a picture, but is empty"
                + "; $photos/299.png: is a damaged PNG picture");
    assertThat(refused("predict --adapter $inspector --input $photos --lang ja"))
        .isEqualTo(
            "$photos/007.png: 画像（PNG、JPEG、BMP または TIFF）である必要がありますが、画像ではありません"
                + "；$photos/100.png: 画像である必要がありますが、空です"
                + "；$photos/299.png: 壊れた PNG 画像");
  }

  @Test
  void tuneNamesThoseOfAllSplitsBeforeItTrains() throws IOException {
    TinyVision.data(folder.resolve("spoilt"), 4);
    Files.writeString(folder.resolve("spoilt/train/ok/1.png"), "text");
    Files.writeString(folder.resolve("spoilt/test/hole/2.png"), "text");

    assertThat(refused("tune --data $spoilt --method lora --out $none --base " + base))
        .isEqualTo("$spoilt/train/ok/1.png" + NONE + "; $spoilt/test/hole/2.png" + NONE);
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void thoseOfTrainingAloneAreNamedTogetherAsWell() throws IOException {
    TinyVision.data(folder.resolve("worn"), 4);
    Files.writeString(folder.resolve("worn/train/crack/0.png"), "text");
    Files.writeString(folder.resolve("worn/train/ok/3.png"), "text");

    assertThat(refused("tune --data $worn --method lora --out $none --base " + base))
        .isEqualTo("$worn/train/crack/0.png" + NONE + "; $worn/train/ok/3.png" + NONE);
  }
}
