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
import io.haori.cli.serve.JobProgram;
import io.haori.core.files.FolderWalk;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.testkit.TinyVision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern SECRET = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  /** Serious and critical findings of axe, each with the element that it is about. */
  private static final String SERIOUS =
      "async () => (await axe.run()).violations"
          + ".filter(one => ['serious', 'critical'].includes(one.impact))"
          + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))";

  private static final String WIDER =
      "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private Path temporary;
  private Path base;
  private Registry registry;
  private HaoriServer server;
  private JobDoor door;
  private String cookie;
  private JsonNode tuned;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    temporary = folder;
    door = new JobDoor();
    base = TinyVision.folder(temporary);
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(temporary.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    server =
        HaoriServer.start(
            ServerSettings.usual()
                .withPort(0)
                .withWork(WorkSettings.usual(temporary.resolve("work"), program())),
            registry,
            List.of(TextBase.open(base.toString(), DType.F32, FetchListener.SILENT)),
            DType.F32);
    String link = server.signInLink().orElseThrow();
    cookie =
        sent(HttpRequest.newBuilder(URI.create(link)))
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow()
            .replaceAll(";.*", "");
    JsonNode kept = put("castings", "", zip(TinyVision.data(temporary.resolve("castings"), 8)));
    assertThat(kept.path("id").asText()).as(kept.toString()).isEqualTo("castings@1");
    tuned =
        done(
            "\"kind\":\"tune\",\"name\":\"inspector\",\"data\":\"castings\","
                + "\"settings\":{\"training.epochs\":2}");
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    registry.close();
    door.close();
  }

  /** Every command runs in this process, whose libraries are loaded already. */
  private List<String> program() {
    List<String> command = JobProgram.command();
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> program =
        new ArrayList<>(command.subList(command.indexOf(java), command.size() - 1));
    program.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    program.addAll(door.arguments("nothing"));
    return program;
  }

  private static byte[] zip(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(bytes)) {
      for (Path file : FolderWalk.files(folder)) {
        String name = folder.getParent().relativize(file).toString();
        entries.putNextEntry(new ZipEntry(name));
        entries.write(Files.readAllBytes(file));
        entries.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private JsonNode put(String name, String more, byte[] content) throws Exception {
    return json(
        HttpRequest.newBuilder(URI.create(url("/v1/data/" + name + "?file=x.zip" + more)))
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private String url(String path) {
    return server.url() + path;
  }

  private HttpResponse<String> sent(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode json(HttpRequest.Builder request) throws Exception {
    return JSON.readTree(sent(request).body());
  }

  private HttpRequest.Builder page(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)))
        .header("Cookie", cookie)
        .header("Accept-Language", "en");
  }

  /** Runs a job to its end. */
  private JsonNode done(String body) throws Exception {
    JsonNode job =
        json(
            HttpRequest.newBuilder(URI.create(url("/v1/jobs")))
                .POST(BodyPublishers.ofString("{" + body + "}")));
    String address = "/v1/jobs/" + job.path("id").asText();
    sent(HttpRequest.newBuilder(URI.create(url(address + "/events"))));
    JsonNode ended = json(HttpRequest.newBuilder(URI.create(url(address))));
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("done");
    return ended;
  }

  @Test
  void uploadedFoldersByClassAreLearntFromAndScored() throws Exception {
    assertThat(tuned.path("version").asText()).isEqualTo("inspector@1");
    assertThat(tuned.at("/result/interval/rows").asInt()).isEqualTo(12);

    JsonNode scored =
        done(
            "\"kind\":\"evaluate\",\"name\":\"inspector\",\"data\":\"castings\","
                + "\"modules\":\"inspector@1\"");
    assertThat(scored.at("/result/scores/accuracy").isNumber()).isTrue();
    HttpResponse<String> report = sent(page("/runs/" + scored.path("id").asText() + "/report"));
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
            server.url(),
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
            server.url(),
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
  void aDetectorIsScoredOnUploadedPictures() throws Exception {
    Path made = temporary.resolve("normal");
    Cli fitted =
        Cli.run(
            "anomaly",
            "fit",
            "--data",
            temporary.resolve("castings").toString(),
            "--base",
            base.toString(),
            "--out",
            made.toString());
    assertThat(fitted.code()).as(fitted.err()).isZero();
    VersionId id =
        registry.modules().add(made, new ModuleName("normal"), Addition.plain()).version().id();
    server.look();

    JsonNode scored =
        done(
            "\"kind\":\"evaluate\",\"name\":\"normal\",\"data\":\"castings\","
                + "\"modules\":\"normal@1\"");

    assertThat(scored.at("/result/auroc").asDouble()).isGreaterThan(0.5);
    assertThat(registry.lifeCycle().evaluations(id))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.evaluation().scores())
                    .containsKeys("auroc", "averagePrecision", "recall", "falseAlarmRate"));
  }

  @Test
  void theDataPageShowsSizesAndSomePicturesOfEachClass() throws Exception {
    String shown = sent(page("/data/castings%401")).body();

    assertThat(shown)
        .contains("One label a picture")
        .contains("<h3>crack</h3>")
        .contains("24 x 24")
        .containsPattern("/data/castings%401/picture\\?name=train%2Fcrack%2F\\d.png\"");
    HttpResponse<byte[]> small =
        client.send(
            page("/data/castings%401/picture?name=train%2Fcrack%2F0.png").build(),
            BodyHandlers.ofByteArray());
    assertThat(small.headers().firstValue("Content-Type")).contains("image/png");
    BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(small.body()));
    BufferedImage original = ImageIO.read(temporary.resolve("castings/train/crack/0.png").toFile());
    assertThat(drawn.getRGB(5, 6)).isEqualTo(original.getRGB(5, 6));
  }

  @Test
  void nothingButPicturesOfTheDataIsSent() throws Exception {
    for (String name :
        List.of("..%2Fmeta.json", "..%2F..%2F..%2F..%2Fcastings%2Ftest%2Fok%2F0.png", "train")) {
      HttpResponse<String> answer = sent(page("/data/castings%401/picture?name=" + name));
      assertThat(answer.statusCode()).as(name).isEqualTo(404);
    }
    HttpResponse<String> stranger =
        sent(
            HttpRequest.newBuilder(
                URI.create(url("/data/castings%401/picture?name=train%2Fcrack%2F0.png"))));
    assertThat(stranger.statusCode()).isEqualTo(303);
  }

  @Test
  void picturesWithoutLabelsAreAskedAboutAndTheirLabelsBecomeAVersion() throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 12; i++) {
      String name = TinyVision.CLASSES.get(i % 3);
      TinyVision.write(temporary.resolve("photos/" + name + "-" + i + ".png"), name, random);
    }
    JsonNode kept = put("photos", "&textsOnly=true", zip(temporary.resolve("photos")));
    assertThat(kept.at("/check/kind").asText()).as(kept.toString()).isEqualTo("pictures");
    String address = "/data/photos%401/labels";

    String asked = sent(page(address + "?module=inspector%401&into=sorted")).body();

    List<String> names = found("name=\"text\" value=\"photos/([^\"]+)\"", asked);
    assertThat(names).hasSize(10).doesNotHaveDuplicates();
    assertThat(asked)
        .contains("/data/photos%401/picture?large=on&amp;name=photos%2F" + names.get(0) + "\"")
        .contains("These are the pictures that inspector@1 is least sure of");
    StringBuilder form = new StringBuilder("into=sorted&module=inspector%401&csrf=");
    form.append(encoded(found(SECRET.pattern(), asked).get(0)));
    for (String name : names) {
      form.append("&text=").append(encoded("photos/" + name));
      form.append("&label=").append(name.replaceAll("-.*", ""));
    }
    HttpResponse<String> labelled = form(address, form.toString());
    assertThat(labelled.statusCode()).as(labelled.body()).isEqualTo(303);

    JsonNode sorted = json(HttpRequest.newBuilder(URI.create(url("/v1/data/sorted"))));
    assertThat(sorted.path("id").asText()).isEqualTo("sorted@1");
    assertThat(sorted.at("/check/splits/0/labels").size()).isEqualTo(3);
    long rows = 0;
    for (JsonNode split : sorted.at("/check/splits")) {
      rows += split.path("rows").asLong();
    }
    assertThat(rows).isEqualTo(10);

    String again = sent(page(address + "?module=inspector%401&into=sorted")).body();
    assertThat(found("name=\"text\" value=\"photos/([^\"]+)\"", again))
        .hasSize(2)
        .doesNotContainAnyElementsOf(names);
    String elsewhere =
        form.substring(0, form.indexOf("&text=")) + "&text=..%2Fmeta.json&label=crack";
    HttpResponse<String> refused = form(address, elsewhere);
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
    put("one", "&textsOnly=true", zip(temporary.resolve("one")));
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
      page.navigate(server.signInLink().orElseThrow());
      page.waitForURL(server.url() + "/");
      page.navigate(url("/data/one%401/labels?module=inspector%401&into=castings"));
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
    JsonNode added = json(HttpRequest.newBuilder(URI.create(url("/v1/data/castings@2"))));
    assertThat(added.at("/check/splits/0/rows").asInt()).isEqualTo(26);
  }

  private static void requireAccessible(Page page) {
    assertThat(page.evaluate(SERIOUS)).as(page.url()).isEqualTo(List.of());
    assertThat(page.evaluate(WIDER)).as("pixels too wide at " + page.url()).isEqualTo(0);
  }

  private static Locator.FilterOptions labelled(String label) {
    return new Locator.FilterOptions().setHasText(label);
  }

  private HttpResponse<String> form(String address, String fields) throws Exception {
    return sent(
        page(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(fields)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> found(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
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
    assertThat(json(HttpRequest.newBuilder(URI.create(url("/v1/data")))).findValuesAsText("id"))
        .noneMatch(id -> id.startsWith("bad"));
  }
}
