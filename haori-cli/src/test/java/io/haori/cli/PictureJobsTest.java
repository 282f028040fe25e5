package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.haori.testkit.TinyVision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are uploaded to a server as people use them: learnt from, scored and labelled. */
@TestInstance(Lifecycle.PER_CLASS)
final class PictureJobsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  /** Serious and critical findings of axe, each with the element that it is about. */
  private static final String SERIOUS =
      "async () => (await axe.run()).violations"
          + ".filter(one => ['serious', 'critical'].includes(one.impact))"
          + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))";

  private static final String WIDER =
      "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

  private Path temporary;
  private Path base;
  private JobServer jobs;
  private JobPages pages;
  private JsonNode tuned;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    temporary = folder;
    base = TinyVision.folder(temporary);
    jobs = JobServer.start(temporary, "nothing", base);
    pages = JobPages.signedIn(jobs);
    JsonNode kept =
        put("castings", "", JobPages.zip(TinyVision.data(temporary.resolve("castings"), 8)));
    assertThat(kept.path("id").asText()).as(kept.toString()).isEqualTo("castings@1");
    tuned =
        jobs.done(
            "\"kind\":\"tune\",\"name\":\"inspector\",\"data\":\"castings\","
                + "\"settings\":{\"training.epochs\":2}");
  }

  @AfterAll
  void stop() throws IOException {
    jobs.close();
  }

  private JsonNode put(String name, String more, byte[] content) throws Exception {
    return jobs.put(name, "x.zip", more, content);
  }

  @Test
  void uploadedFoldersByClassAreLearntFromAndScored() throws Exception {
    assertThat(tuned.path("version").asText()).isEqualTo("inspector@1");
    assertThat(tuned.at("/result/interval/rows").asInt()).isEqualTo(12);

    JsonNode scored =
        jobs.done(
            "\"kind\":\"evaluate\",\"name\":\"inspector\",\"data\":\"castings\","
                + "\"modules\":\"inspector@1\"");
    assertThat(scored.at("/result/scores/accuracy").isNumber()).isTrue();
    HttpResponse<String> report = pages.get("/runs/" + scored.path("id").asText() + "/report");
    assertThat(report.statusCode()).isEqualTo(200);
    assertThat(report.body())
        .contains("<h2>Least sure answers</h2>", "<img src=\"data:image/png;base64,");
    assertThat(report.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("img-src data:");
  }

  @Test
  void theCommandLineAsksTheServerAboutPicturesOfItsOwn() throws Exception {
    String castings = temporary.resolve("castings").toString();
    Cli predicted =
        Cli.run(
            "predict",
            "--server",
            jobs.server().url(),
            "--adapter",
            "inspector@1",
            "--input",
            castings + "/test");
    assertThat(predicted.code()).as(predicted.err()).isZero();
    long right =
        predicted
            .out()
            .lines()
            .map(PictureJobsTest::parsed)
            .filter(one -> one.path("image").asText().startsWith(one.path("label").asText() + "/"))
            .count();

    Cli evaluated =
        Cli.run(
            "evaluate",
            "--server",
            jobs.server().url(),
            "--adapter",
            "inspector@1",
            "--data",
            castings,
            "--json");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(parsed(evaluated.out()).path("accuracy").asDouble()).isEqualTo(right / 12.0);
    assertThat(right / 12.0).isEqualTo(tuned.at("/result/test/accuracy").asDouble());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theDataPageShowsSizesAndSomePicturesOfEachClass() throws Exception {
    String shown = pages.get("/data/castings%401").body();

    assertThat(shown)
        .contains("One label a picture")
        .contains("<h3>crack</h3>")
        .contains("24 x 24")
        .containsPattern("/data/castings%401/picture\\?name=train%2Fcrack%2F\\d.png\"");
    HttpResponse<byte[]> small =
        jobs.client()
            .send(
                pages.request("/data/castings%401/picture?name=train%2Fcrack%2F0.png").build(),
                BodyHandlers.ofByteArray());
    assertThat(small.headers().firstValue("Content-Type")).contains("image/png");
    BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(small.body()));
    BufferedImage original = ImageIO.read(temporary.resolve("castings/train/crack/0.png").toFile());
    assertThat(drawn.getRGB(5, 6)).isEqualTo(original.getRGB(5, 6));
  }

  @Test
  void theDataPageShowsWhatIsDoubtfulAboutPictures() throws Exception {
    Path doubtful = TinyVision.data(temporary.resolve("doubtful"), 6);
    Files.copy(doubtful.resolve("train/hole/1.png"), doubtful.resolve("test/hole/9.png"));
    Files.copy(doubtful.resolve("train/hole/2.png"), doubtful.resolve("train/ok/9.png"));
    Files.move(doubtful.resolve("train/crack/0.png"), doubtful.resolve("train/crack/0.jpg"));
    JsonNode kept = put("doubtful", "", JobPages.zip(doubtful));
    assertThat(kept.path("id").asText()).as(kept.toString()).isEqualTo("doubtful@1");

    String shown = pages.get("/data/doubtful%401").body();

    assertThat(shown)
        .contains("1 of 13 test pictures look the same as training pictures")
        .contains("1 of 19 train pictures look the same as ones with another label")
        .contains("1 of 44 pictures are of another format than their names say")
        .contains("/data/doubtful%401/picture?name=test%2Fhole%2F9.png\" alt=\"test/hole/9.png\"")
        .contains("/data/doubtful%401/picture?name=train%2Fhole%2F1.png\"")
        .containsPattern("<tr><th scope=\"row\">hole</th><td class=\"number\">6</td>");
    assertThat(pages.get("/data/doubtful%401/picture?name=train%2Fcrack%2F0.jpg").statusCode())
        .isEqualTo(200);
    Files.writeString(doubtful.resolve("train/ok/bad.png"), "no picture");
    JsonNode refused = put("broken", "", JobPages.zip(doubtful));
    assertThat(refused.path("detail").asText())
        .contains("bad.png: must be a picture (PNG, JPEG, BMP or TIFF), is none");
  }

  @Test
  void nothingButPicturesOfTheDataIsSent() throws Exception {
    for (String name :
        List.of("..%2Fmeta.json", "..%2F..%2F..%2F..%2Fcastings%2Ftest%2Fok%2F0.png", "train")) {
      HttpResponse<String> answer = pages.get("/data/castings%401/picture?name=" + name);
      assertThat(answer.statusCode()).as(name).isEqualTo(404);
    }
    HttpResponse<String> stranger =
        jobs.sent(jobs.request("/data/castings%401/picture?name=train%2Fcrack%2F0.png"));
    assertThat(stranger.statusCode()).isEqualTo(303);
  }

  @Test
  void picturesWithoutLabelsAreAskedAboutAndTheirLabelsBecomeAVersion() throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 12; i++) {
      String name = TinyVision.CLASSES.get(i % 3);
      TinyVision.write(temporary.resolve("photos/" + name + "-" + i + ".png"), name, random);
    }
    JsonNode kept = put("photos", "&textsOnly=true", JobPages.zip(temporary.resolve("photos")));
    assertThat(kept.at("/check/kind").asText()).as(kept.toString()).isEqualTo("pictures");
    String address = "/data/photos%401/labels";

    String asked = pages.get(address + "?module=inspector%401&into=sorted").body();

    List<String> names = JobPages.found("name=\"text\" value=\"photos/([^\"]+)\"", asked);
    assertThat(names).hasSize(10).doesNotHaveDuplicates();
    assertThat(asked)
        .contains("/data/photos%401/picture?large=on&amp;name=photos%2F" + names.get(0) + "\"")
        .contains("These are the pictures that inspector@1 is least sure of");
    StringBuilder form = new StringBuilder("into=sorted&module=inspector%401&csrf=");
    form.append(JobPages.secret(asked));
    for (String name : names) {
      form.append("&text=").append(JobPages.encoded("photos/" + name));
      form.append("&label=").append(name.replaceAll("-.*", ""));
    }
    HttpResponse<String> labelled = pages.form(address, form.toString());
    assertThat(labelled.statusCode()).as(labelled.body()).isEqualTo(303);

    JsonNode sorted = jobs.json(jobs.request("/v1/data/sorted"));
    assertThat(sorted.path("id").asText()).isEqualTo("sorted@1");
    assertThat(sorted.at("/check/splits/0/labels").size()).isEqualTo(3);
    long rows = 0;
    for (JsonNode split : sorted.at("/check/splits")) {
      rows += split.path("rows").asLong();
    }
    assertThat(rows).isEqualTo(10);

    String again = pages.get(address + "?module=inspector%401&into=sorted").body();
    assertThat(JobPages.found("name=\"text\" value=\"photos/([^\"]+)\"", again))
        .hasSize(2)
        .doesNotContainAnyElementsOf(names);
    String elsewhere =
        form.substring(0, form.indexOf("&text=")) + "&text=..%2Fmeta.json&label=crack";
    HttpResponse<String> refused = pages.form(address, elsewhere);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("text must be the name of a picture of photos@1, got ../meta.json");
  }

  /** In a real browser: {@code -Pbrowser}. */
  @Test
  @Tag("browser")
  void aLabelIsChosenByAButtonBesideItsPicture() throws Exception {
    TinyVision.write(temporary.resolve("one/a.png"), "hole", new SplittableRandom(2));
    TinyVision.write(temporary.resolve("one/b.png"), "ok", new SplittableRandom(3));
    put("one", "&textsOnly=true", JobPages.zip(temporary.resolve("one")));
    try (Playwright playwright =
            Playwright.create(
                new Playwright.CreateOptions()
                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions()
                        .setExecutablePath(
                            Path.of(System.getProperty("haori.chromium", "/usr/bin/chromium")))
                        .setArgs(List.of("--no-sandbox")))) {
      BrowserContext context =
          browser.newContext(new Browser.NewContextOptions().setViewportSize(420, 900));
      try (InputStream axe = PictureJobsTest.class.getResourceAsStream(AXE)) {
        context.addInitScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
      }
      Page page = context.newPage();
      page.navigate(jobs.server().signInLink().orElseThrow());
      page.waitForURL(jobs.server().url() + "/");
      page.navigate(jobs.url("/data/one%401/labels?module=inspector%401&into=castings"));
      page.waitForFunction("() => Array.from(document.images).every(one => one.naturalWidth > 0)");
      requireAccessible(page);
      page.locator("[data-fills=label-0]").filter(labelled("crack")).click();
      page.locator("[data-fills=label-1]").filter(labelled("hole")).click();

      assertThat(page.inputValue("#label-0")).isEqualTo("crack");
      assertThat(page.locator("[aria-pressed=true]").allTextContents())
          .containsExactly("crack", "hole");
      page.click("button.main");
      page.waitForURL("**/data/castings%402**");
      assertThat(page.content()).contains("castings@2");
      requireAccessible(page);
    }
    JsonNode added = jobs.json(jobs.request("/v1/data/castings@2"));
    assertThat(added.at("/check/splits/0/rows").asInt()).isEqualTo(26);
  }

  private static void requireAccessible(Page page) {
    assertThat(page.evaluate(SERIOUS)).as(page.url()).isEqualTo(List.of());
    assertThat(page.evaluate(WIDER)).as("pixels too wide at " + page.url()).isEqualTo(0);
  }

  private static Locator.FilterOptions labelled(String label) {
    return new Locator.FilterOptions().setHasText(label);
  }

  @Test
  void aZipFileWithoutClassesOrThatIsNoneIsNotKept() throws Exception {
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(one)) {
      entries.putNextEntry(new ZipEntry("ok/1.png"));
      entries.write("no picture".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(put("bad", "", one.toByteArray()).path("status").asInt()).isEqualTo(400);
    JsonNode text = put("bad", "", "hello".getBytes(StandardCharsets.UTF_8));
    assertThat(text.path("detail").asText())
        .startsWith("x.zip must be a ZIP file without a password, cannot be read (");
    assertThat(jobs.json(jobs.request("/v1/data")).findValuesAsText("id"))
        .noneMatch(id -> id.startsWith("bad"));
  }
}
