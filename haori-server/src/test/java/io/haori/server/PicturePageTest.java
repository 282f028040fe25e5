package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.server.PageVisitor.Page;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyVision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The web page of a server whose base reads pictures. */
@TestInstance(Lifecycle.PER_CLASS)
final class PicturePageTest {
  private static final Pattern SHOWN =
      Pattern.compile("<img class=\"shown\" src=\"data:image/(?:png|jpeg);base64,([^\"]+)\"");

  private TinyRegistry tiny;
  private HaoriServer server;
  private PageVisitor visitor;
  private byte[] picture;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    tiny = TinyRegistry.onPictures(temporary);
    tiny.live(tiny.add("inspector", "lora", 1));
    tiny.add("counter", "lora", 2);
    tiny.add("size", "lora", 3, TaskCatalogue.REGRESSION);
    server = tiny.serve(ServerSettings.usual());
    visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
    Path file = TinyVision.write(temporary.resolve("a.png"), "hole", new SplittableRandom(1));
    picture = Files.readAllBytes(file);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private Page tried(byte[] content, String... fields) {
    visitor.get("/try");
    return visitor.sendFile("/try", "picture", "a.png", content, fields);
  }

  /** The pictures that a page shows, in their order. */
  private static List<BufferedImage> shown(Page page) throws IOException {
    List<BufferedImage> shown = new ArrayList<>();
    Matcher found = SHOWN.matcher(page.text());
    while (found.find()) {
      byte[] file = Base64.getMimeDecoder().decode(found.group(1).replace("&#43;", "+"));
      shown.add(ImageIO.read(new ByteArrayInputStream(file)));
    }
    return shown;
  }

  @Test
  void thePageAsksForAPictureAndNotForAText() {
    Page page = visitor.get("/try");

    assertThat(page.text())
        .contains("<input id=\"picture\" name=\"picture\" type=\"file\"")
        .contains("enctype=\"multipart/form-data\"")
        .contains("Choose a picture, tick modules and ask.")
        .doesNotContain("<textarea");
    assertThat(page.header("Content-Security-Policy")).contains("img-src 'self' data:;");
  }

  @Test
  void aPictureIsShownBesideItsAnswersAndWhereEachModelLooked() throws IOException {
    Page page = tried(picture, "use", "inspector@live", "use", "counter@1", "looked", "on");

    assertThat(page.status()).as(page.text()).isEqualTo(200);
    assertThat(page.text())
        .contains("<h3>inspector@live</h3>")
        .contains("<h3>counter@1</h3>")
        .contains("The picture, in colour where counter@1 looked");
    List<BufferedImage> shown = shown(page);
    assertThat(shown).hasSize(3);
    BufferedImage sent = ImageIO.read(new ByteArrayInputStream(picture));
    assertThat(shown.get(0).getWidth()).isEqualTo(sent.getWidth());
    assertThat(shown.get(0).getRGB(3, 4)).isEqualTo(sent.getRGB(3, 4));
    assertThat(shown.get(1).getWidth()).isEqualTo(224);
  }

  @Test
  void mapsAreLeftOutWhereNobodyWantsThemOrNoLabelIsAnswered() throws IOException {
    assertThat(shown(tried(picture, "use", "inspector@live"))).hasSize(1);

    Page number = tried(picture, "use", "size@1", "looked", "on");
    assertThat(number.status()).isEqualTo(200);
    assertThat(number.text()).contains("<h3>size@1</h3>").doesNotContain("class=\"problem\"");
    assertThat(shown(number)).hasSize(1);
  }

  @Test
  void aMixAnswersToAPictureAsWell() throws IOException {
    Page page =
        tried(
            picture,
            "use",
            "inspector@live",
            "use",
            "counter@1",
            "weight:inspector@live",
            "0.7",
            "weight:counter@1",
            "0.3",
            "mix",
            "on",
            "head",
            "inspector@live",
            "looked",
            "on");

    assertThat(page.text())
        .contains("<h3>0.7 × inspector@live + 0.3 × counter@1</h3>")
        .contains("Contributions to the mix");
    assertThat(shown(page)).hasSize(4);
  }

  @Test
  void whatIsWrongIsOneSentence() throws IOException {
    assertThat(tried(new byte[0], "use", "inspector@live").text())
        .contains("picture: must be a picture, but is empty");
    Page text = tried("hello".getBytes(StandardCharsets.UTF_8), "use", "inspector@live");
    assertThat(text.status()).isEqualTo(400);
    assertThat(text.text())
        .contains("picture: must be a picture (PNG, JPEG, BMP or TIFF), is none");
    assertThat(visitor.send("/try", "text", "hello", "use", "inspector@live").text())
        .contains("picture must be given for inspector@1, whose base reads pictures, got nothing");

    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(6000, 6000, BufferedImage.TYPE_BYTE_BINARY), "png", bomb);
    assertThat(tried(bomb.toByteArray(), "use", "inspector@live").text())
        .contains("picture: must have at most 16777216 pixels, has 6000 x 6000");
  }

  @Test
  void theRightClassOfAPictureIsOnePressAndCountsAsFeedback() {
    String form = tried(picture, "use", "counter@1", "use", "size@1").text();

    assertThat(form)
        .contains("<button name=\"label\" value=\"a\">a</button>")
        .contains("<button name=\"label\" value=\"c\">c</button>")
        .contains("Counts for counter@1 at once")
        .doesNotContain("Counts for size@1");
    Page kept =
        visitor.send(
            "/try/feedback", "id", PageVisitor.hidden(form, "id"), "place", "0", "label", "b");
    assertThat(kept.status()).as(kept.text()).isEqualTo(200);
    assertThat(kept.text())
        .containsAnyOf("Kept: b. The answer was right.", "Kept: b. The answer was wrong.")
        .contains("Accuracy by feedback (counter@1): ")
        .contains("n = 1)");
    assertThat(visitor.send("/try/feedback", "id", "nobody", "place", "0", "label", "b").text())
        .contains("No answer with the id nobody may get feedback");
    assertThat(visitor.send("/try/feedback", "id", "nobody", "place", "0").text())
        .contains("label must be one of those of the answer, got 0");
    Page other =
        visitor.send(
            "/try/feedback", "id", PageVisitor.hidden(form, "id"), "place", "x", "label", "b");
    assertThat(other.text()).contains("place must be in [0, 99], got x");
  }

  @Test
  void theQuestionIsAskedInJapanese() {
    PageVisitor japanese = visitor.speaking("ja");
    try {
      String form = tried(picture, "use", "counter@1").text();
      assertThat(form).contains("正しいのはどれですか").contains("すぐに counter@1 の結果として数えられ");
    } finally {
      japanese.speaking("en");
    }
  }

  @Test
  void aPictureOfTooManyBytesIsRefused() {
    Page page = tried(new byte[4 << 20], "use", "inspector@live");

    assertThat(page.status()).isEqualTo(413);
    assertThat(page.text()).contains("The form with its file must have at most 4 MB");
  }
}
