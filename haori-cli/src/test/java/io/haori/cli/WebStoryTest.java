package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.haori.cli.serve.JobProgram;
import io.haori.core.language.Language;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.page.render.Messages;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.testkit.TinyBase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a plant does with the page, from a spreadsheet to a rollback, in a real browser and with
 * real trainings ({@code -Pbrowser}). With the system property {@code haori.screenshots} its
 * pictures go into that folder.
 */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class WebStoryTest {
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
  private Registry registry;
  private HaoriServer server;
  private Playwright playwright;
  private Browser browser;
  private String axe;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    base = TinyBase.folder(folder);
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    server = served(registry, "work");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(
                        Path.of(System.getProperty("haori.chromium", "/usr/bin/chromium")))
                    .setArgs(List.of("--no-sandbox")));
    try (InputStream in = WebStoryTest.class.getResourceAsStream(AXE)) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private HaoriServer served(Registry registry, String work) {
    return HaoriServer.start(
        ServerSettings.usual()
            .withPort(0)
            .withWork(WorkSettings.usual(temporary.resolve(work), JobProgram.command())),
        registry,
        List.of(TextBase.open(base.toString(), DType.F32, FetchListener.SILENT)),
        DType.F32);
  }

  @AfterAll
  void stop() {
    playwright.close();
    server.close();
    registry.close();
  }

  /** A browser's complaint is a script or a style that the page's own policy blocks, or a fault. */
  @AfterEach
  void browserComplainedOfNothing() {
    assertThat(complaints).isEmpty();
  }

  private Page page(Language language, int width, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setLocale(language.tag())
                .setViewportSize(width, 900)
                .setColorScheme(scheme));
    context.addInitScript(axe);
    Page page = context.newPage();
    page.setDefaultTimeout(40_000);
    page.onConsoleMessage(
        message -> {
          // A page that refuses a form has a status that the browser reports.
          if (message.type().equals("error") && !message.text().contains("status of 40")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    return page;
  }

  private static void requireAccessible(Page page) {
    assertThat(page.evaluate(SERIOUS)).as(page.url()).isEqualTo(List.of());
    assertThat(page.evaluate(WIDER)).as("pixels too wide at " + page.url()).isEqualTo(0);
  }

  private static void picture(Page page, String name) {
    String folder = System.getProperty("haori.screenshots");
    if (folder != null) {
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(folder, name + ".png")));
    }
  }

  private static void press(Page page, String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .first()
        .click();
  }

  private static void follow(Page page, String link) {
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
        .first()
        .click();
  }

  private static void fill(Page page, String label, String text) {
    page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).first().fill(text);
  }

  /** Rows with a label that three words decide; without it where they are to be refused. */
  private Path spreadsheet(String column) {
    try {
      Path folder = TinyBase.data(temporary.resolve("rows"), 60, false);
      StringBuilder csv = new StringBuilder("text," + column + "\n");
      for (String split : List.of("train", "validation", "test")) {
        for (String line : Files.readAllLines(folder.resolve(split + ".jsonl"))) {
          csv.append(line.replaceAll(".*\"text\":\"([^\"]*)\",\"label\":\"(.)\".*", "$1,$2\n"));
        }
      }
      return Files.writeString(temporary.resolve(column + ".csv"), csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Texts that nobody has labelled. */
  private Path texts(int count) {
    StringBuilder texts = new StringBuilder();
    for (int i = 0; i < count; i++) {
      char letter = (char) ('a' + i % 3);
      texts.append("worda%c wordc%c%n".formatted((char) ('i' + i), letter));
    }
    try {
      return Files.writeString(temporary.resolve("new" + count + ".txt"), texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains, and returns when the version is there. */
  private static void train(Page page, Messages words, String name, String data, String epochs) {
    page.getByLabel(words.text("runs.data"), new Page.GetByLabelOptions().setExact(true))
        .selectOption(data);
    fill(page, words.text("runs.name"), name);
    fill(page, words.text("runs.epochs"), epochs);
    page.getByLabel(words.text("runs.method"), new Page.GetByLabelOptions().setExact(true))
        .selectOption("lora");
    press(page, words.text("runs.startNow"));
    page.waitForURL("**/runs/*-*");
    page.locator(".done").waitFor();
  }

  private static void approveAndRelease(Page page, Messages words) {
    fill(page, words.text("version.comment"), "better on soups");
    press(page, words.text("version.approve"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo(words.text("done.approved"));
    fill(page, words.text("version.comment"), "release");
    press(page, words.text("version.goLive"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo(words.text("done.live"));
  }

  private VersionId live(String name) {
    return registry
        .modules()
        .resolve(new ModuleReference.Live(new ModuleName(name), LiveTarget.EVERYWHERE));
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void anOperatorGoesFromASpreadsheetToARollback(Language language) {
    Messages words = Messages.of(language);
    String suffix = "-" + language.tag();
    String name = "sorter" + suffix;
    String data = "orders" + suffix;
    Page page =
        page(language, 1_280, language == Language.ENGLISH ? ColorScheme.LIGHT : ColorScheme.DARK);
    page.navigate(server.signInLink().orElseThrow());
    page.waitForURL(server.url() + "/");

    // Nothing is approved before there is a rule.
    follow(page, words.text("people.title"));
    page.locator("#rule-pattern").fill(name);
    page.locator("#rule-data").fill(data);
    page.locator("#atLeast").fill("0.3");
    press(page, words.text("people.setRule"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo(words.text("done.rule"));
    requireAccessible(page);

    // A spreadsheet whose column of labels has another name is refused in one sentence, then taken.
    follow(page, words.text("data.title"));
    fill(page, words.text("data.name"), data);
    page.setInputFiles("#file", spreadsheet("kind"));
    press(page, words.text("data.send"));
    assertThat(page.locator(".problem span").textContent()).contains("kind.csv");
    requireAccessible(page);
    page.setInputFiles("#file", spreadsheet("kind"));
    fill(page, words.text("data.labelColumn"), "kind");
    press(page, words.text("data.send"));
    assertThat(page.getByRole(AriaRole.STATUS).first().textContent())
        .isEqualTo(words.text("done.uploaded"));
    assertThat(page.locator("h1").textContent()).isEqualTo(data + "@1");
    assertThat(page.locator(".counts tbody tr").count()).isEqualTo(3);
    requireAccessible(page);
    picture(page, "page-data" + suffix);

    follow(page, words.text("data.tune"));
    requireAccessible(page);
    train(page, words, name, data + "@1", "1");
    requireAccessible(page);
    follow(page, name + "@1");
    requireAccessible(page);
    approveAndRelease(page, words);

    follow(page, words.text("runs.title"));
    train(page, words, name, data + "@1", "3");
    page.locator("#curve canvas").waitFor();
    picture(page, "page-run" + suffix);
    follow(page, name + "@2");
    picture(page, "page-version" + suffix);
    approveAndRelease(page, words);
    assertThat(live(name)).isEqualTo(VersionId.of(name, 2));

    follow(page, words.text("try.title"));
    fill(page, words.text("try.text"), "wordai wordbc");
    page.getByLabel(name + "@live", new Page.GetByLabelOptions().setExact(true)).check();
    press(page, words.text("try.ask"));
    page.locator(".answers .card").first().waitFor();
    requireAccessible(page);

    firstModel(page, words, suffix);

    // Texts without labels: the model asks about those that teach most.
    page.navigate(server.url() + "/data");
    fill(page, words.text("data.name"), "new" + suffix);
    page.setInputFiles("#file", texts(3));
    press(page, words.text("data.send"));
    page.locator("#into").fill(data);
    page.locator("#module").selectOption(name + "@2");
    press(page, words.text("labels.ask"));
    assertThat(page.locator(".questions li").count()).isEqualTo(3);
    requireAccessible(page);
    picture(page, "page-labels" + suffix);
    press(page, words.text("labels.keep"));
    assertThat(page.locator("h1").textContent()).isEqualTo(data + "@2");
    assertThat(page.locator("tbody").first().textContent()).contains("61");

    measureTogether(page, words, name, data);
    page.navigate(server.url() + "/modules/" + name);
    fill(page, words.text("module.rollBackReason"), "worse on stews");
    press(page, words.text("module.rollBack"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo(words.text("done.rolledBack"));
    assertThat(live(name)).isEqualTo(VersionId.of(name, 1));
    tryCandidate(page, words, name, suffix);

    // Both trainings in one picture.
    page.navigate(server.url() + "/runs");
    page.locator("input[name=run]").nth(0).check();
    page.locator("input[name=run]").nth(1).check();
    press(page, words.text("runs.compare"));
    page.locator(".chart canvas").waitFor();
    requireAccessible(page);
    deleteWhatNothingUses(page, words, data);
    page.context().close();
  }

  /** Before there are labels: a model of what the labels mean, which asks for the first ones. */
  private void firstModel(Page page, Messages words, String suffix) {
    String texts = "unsorted" + suffix;
    page.navigate(server.url() + "/data");
    fill(page, words.text("data.name"), texts);
    page.setInputFiles("#file", texts(12));
    page.locator("summary", new Page.LocatorOptions().setHasText(words.text("data.labelNames")))
        .click();
    page.locator("#labelNames").fill("a\twordaa wordab\nb\twordba wordbb\nc\twordca wordcb\n");
    requireAccessible(page);
    press(page, words.text("data.send"));
    requireAccessible(page);
    follow(page, words.text("data.firstModel"));
    fill(page, words.text("runs.name"), "first" + suffix);
    press(page, words.text("runs.startNow"));
    page.waitForURL("**/runs/*-*");
    page.locator(".done").waitFor();
    requireAccessible(page);

    page.navigate(server.url() + "/data/" + texts + "@1");
    page.locator("#into").fill("labelled" + suffix);
    page.locator("#module").selectOption("first" + suffix + "@1");
    press(page, words.text("labels.ask"));
    assertThat(page.locator(".questions li").first().locator(".picks button").allTextContents())
        .containsExactly("a", "b", "c");
    requireAccessible(page);
    // A label that nobody has named before is one more.
    List<String> given = List.of("a", "a", "a", "a", "b", "b", "b", "d", "d", "d");
    for (int i = 0; i < given.size(); i++) {
      page.locator("#label-" + i).fill(given.get(i));
    }
    press(page, words.text("labels.keep"));
    assertThat(page.locator("h1").textContent()).isEqualTo("labelled" + suffix + "@1");
    assertThat(page.locator("pre").textContent())
        .isEqualTo("a\twordaa wordab\nb\twordba wordbb\nc\twordca wordcb\nd");
  }

  /** A candidate beside what is live, by the keyboard's means alone: in the shadow, then live. */
  private void tryCandidate(Page page, Messages words, String name, String suffix) {
    follow(page, words.text("trials.link"));
    requireAccessible(page);
    page.locator("#candidate").selectOption("2");
    page.locator("#kind-shadow").focus();
    page.keyboard().press("Space");
    fill(page, words.text("trials.reason"), "once more");
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo(words.text("done.trialStarted"));
    assertThat(page.locator(".trial strong").textContent()).isEqualTo(words.text("verdict.go_on"));
    requireAccessible(page);
    picture(page, "page-trial" + suffix);
    fill(page, words.text("trials.endReason"), "good enough");
    press(page, words.text("trials.switch"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo(words.text("done.live"));
    assertThat(live(name)).isEqualTo(VersionId.of(name, 2));
  }

  /** What two versions lose beside each other, measured on the rows of one. */
  private void measureTogether(Page page, Messages words, String name, String data) {
    page.navigate(server.url() + "/analyses");
    follow(page, words.text("together.title"));
    requireAccessible(page);
    page.locator("#all-data").selectOption(data + "@1");
    for (int version : List.of(1, 2)) {
      page.getByLabel(name + "@" + version, new Page.GetByLabelOptions().setExact(true)).check();
    }
    press(page, words.text("together.measureNow"));
    page.waitForURL("**/runs/*-*");
    page.getByRole(
            AriaRole.HEADING,
            new Page.GetByRoleOptions().setName(words.text("result.together")).setExact(true))
        .waitFor();
    requireAccessible(page);
    page.navigate(server.url() + "/combinations");
    assertThat(page.locator(".card h3").first().textContent())
        .isEqualTo(name + "@1 + " + name + "@2");
    requireAccessible(page);
    picture(page, "page-combination" + name.substring("sorter".length()));
  }

  private void deleteWhatNothingUses(Page page, Messages words, String data) {
    page.navigate(server.url() + "/data/" + data + "@2");
    page.locator("summary", new Page.LocatorOptions().setHasText(words.text("data.delete")))
        .click();
    requireAccessible(page);
    press(page, words.text("data.deleteNow", data + "@2"));
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo(words.text("done.dataDeleted"));
  }

  @Test
  void everyScreenOfDataAndJobsFitsANarrowWindow() {
    Page page = page(Language.JAPANESE, 375, ColorScheme.DARK);
    page.navigate(server.signInLink().orElseThrow());
    page.waitForURL(server.url() + "/");
    for (String path : List.of("/data", "/runs", "/analyses", "/combinations", "/people")) {
      page.navigate(server.url() + path);
      requireAccessible(page);
    }
    page.context().close();
  }

  @Test
  void aViewerLooksAndMayNeitherApproveNorStartNorUpload() throws IOException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres?user=postgres";
      try (Registry shared =
              Registry.create(
                      RegistryLocation.parse(url, temporary.resolve("blobs")),
                      new Credentials("anna", null, null),
                      "anna",
                      InstantSource.system())
                  .registry();
          HaoriServer shown = served(shared, "shared-work")) {
        shared.access().give(new RoleGrant("vera", Role.VIEWER, NamePattern.ALL));
        String token = shared.access().createToken("vera", 1).text();
        Page page = page(Language.ENGLISH, 1_280, ColorScheme.LIGHT);
        page.navigate(shown.url() + "/sign-in");
        fill(page, "Token", token);
        press(page, "Sign in");
        page.waitForURL(shown.url() + "/");
        for (String path : List.of("/data", "/runs", "/analyses", "/combinations", "/people")) {
          page.navigate(shown.url() + path);
          assertThat(page.locator("main form[method=post]").count()).as(path).isZero();
          requireAccessible(page);
        }
        // A form that somebody else's page would show is refused by the registry, and logged.
        page.evaluate(
            "async () => { const csrf = document.querySelector('[name=csrf]').value;"
                + " const answer = await fetch('/people/grant', {method: 'POST', body:"
                + " new URLSearchParams({csrf, account: 'vera', role: 'admin', pattern: '*'})});"
                + " document.title = String(answer.status); }");
        assertThat(page.title()).isEqualTo("403");
        assertThat(shared.maintenance().log(1).get(0).outcome()).isEqualTo("refused");
        page.context().close();
      }
    }
  }
}
