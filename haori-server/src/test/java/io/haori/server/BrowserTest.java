package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.haori.core.files.FolderZip;
import io.haori.core.weights.DType;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.training.federated.Aggregation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** The web page in a real browser: {@code -Pbrowser}. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class BrowserTest {
  private TinyRegistry tiny;
  private HaoriServer server;
  private TinyRounds rounds;
  private Path round;
  private Chromium chromium;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    tiny = new TinyRegistry(temporary);
    tiny.live(tiny.add("food", "lora", 1));
    VersionId second = tiny.add("food", "lora", 2);
    tiny.registry()
        .lifeCycle()
        .evaluated(second, new Evaluation("data", "test", "0".repeat(64), Map.of("accuracy", 0.8)));
    tiny.add("plant", "lora", 3);
    server =
        HaoriServer.start(
            ServerSettings.usual()
                .withPort(0)
                .withWork(WorkSettings.usual(temporary.resolve("work"), List.of("none"))),
            tiny.registry(),
            List.of(tiny.openBase()),
            DType.F32);
    rounds = new TinyRounds(temporary, tiny.base());
    round = temporary.resolve("round0.zip");
    try (OutputStream out = Files.newOutputStream(round)) {
      FolderZip.write(rounds.begin("round0", Aggregation.STACK), out);
    }
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    chromium.close();
    server.close();
    tiny.close();
  }

  /** A browser's complaint is a script or a style that the page's own policy blocks, or a fault. */
  @AfterEach
  void browserComplainedOfNothing() {
    assertThat(chromium.complaints()).isEmpty();
  }

  private Page signedIn(String locale, int width, ColorScheme scheme) {
    return chromium.signedIn(server, locale, width, scheme);
  }

  private static void press(Page page, String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }

  private static void follow(Page page, String link) {
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
        .first()
        .click();
  }

  private VersionId live() {
    return tiny.registry()
        .modules()
        .resolve(new ModuleReference.Live(new ModuleName("food"), LiveTarget.EVERYWHERE));
  }

  @Test
  void anOperatorApprovesGoesLiveTriesAndRollsBack() {
    Page page = signedIn("en-US", 1_280, ColorScheme.LIGHT);
    follow(page, "food@2");
    page.getByLabel("Comment (required)").first().fill("better on soups");
    press(page, "Approve");
    assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo("Approved.");
    Chromium.requireAccessible(page);

    page.getByLabel("Comment (required)").first().fill("release 2");
    press(page, "Make it live");
    assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo("It is live.");
    assertThat(live()).isEqualTo(VersionId.of("food", 2));

    follow(page, "Try");
    page.getByLabel("Text", new Page.GetByLabelOptions().setExact(true)).fill("wordai wordbc");
    page.getByLabel("food@live", new Page.GetByLabelOptions().setExact(true)).check();
    page.getByLabel("plant@1", new Page.GetByLabelOptions().setExact(true)).check();
    page.getByLabel("also all of them together").check();
    press(page, "Ask");
    page.locator(".answers .card").nth(2).waitFor();
    assertThat(page.locator(".answers h3").allTextContents())
        .containsExactly("food@live", "plant@1", "1.0 × food@live + 1.0 × plant@1");
    page.locator("#answers .chart canvas").waitFor();
    // A part of the page was loaded, so the text is as it was.
    assertThat(page.url()).isEqualTo(server.url() + "/try");
    Chromium.requireAccessible(page);

    follow(page, "Modules");
    follow(page, "food");
    page.locator(".chart canvas").waitFor();
    Chromium.requireAccessible(page);
    page.getByLabel("Reason (required)").fill("worse on stews");
    press(page, "Roll back to the version before");
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo("Rolled back: the version before is live again.");
    assertThat(live()).isEqualTo(VersionId.of("food", 1));

    follow(page, "Audit");
    press(page, "Check the chain");
    assertThat(page.locator("#verified .done").textContent()).startsWith("All is sound: ");
    Chromium.requireAccessible(page);
    press(page, "Sign out");
    page.waitForURL(server.url() + "/sign-in");
    Chromium.requireAccessible(page);
  }

  @Test
  void everyScreenFitsANarrowAndAWideWindowInTheDarkAndInJapanese() {
    for (int width : List.of(375, 1_600)) {
      for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
        Page page = signedIn("ja-JP", width, scheme);
        for (String path :
            List.of(
                "/",
                "/modules",
                "/modules/food",
                "/modules/food/1",
                "/modules/food/trials",
                "/combinations",
                "/try",
                "/audit",
                "/modules/food/1/compare?with=2")) {
          page.navigate(server.url() + path);
          assertThat(page.locator("html").getAttribute("lang")).isEqualTo("ja");
          Chromium.requireAccessible(page);
        }
        page.context().close();
      }
    }
  }

  @Test
  void whoeverCoordinatesSitesLeadsARound() {
    Page page = signedIn("en-US", 1_280, ColorScheme.LIGHT);
    follow(page, "Rounds");
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("plants");
    page.getByLabel("File", new Page.GetByLabelOptions().setExact(true)).setInputFiles(round);
    press(page, "Begin");
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo("The round is here; sites can download it.");
    Chromium.requireAccessible(page);
    for (String site : List.of("a", "b")) {
      page.getByLabel("File", new Page.GetByLabelOptions().setExact(true))
          .setInputFiles(rounds.join(round.resolveSibling("round0"), site, 12));
      press(page, "Hand in");
      assertThat(page.getByRole(AriaRole.STATUS).textContent()).isEqualTo("Checked and kept.");
    }
    page.getByLabel("Leave out b").check();
    Chromium.requireAccessible(page);
    press(page, "Merge into the next round");
    assertThat(page.getByRole(AriaRole.STATUS).textContent())
        .isEqualTo("Merged; this is the next round.");
    assertThat(page.locator("#past").isVisible()).isTrue();
    Chromium.requireAccessible(page);
    page.context().close();
    Page narrow = signedIn("ja-JP", 375, ColorScheme.DARK);
    for (String path : List.of("/rounds", "/rounds/plants")) {
      narrow.navigate(server.url() + path);
      Chromium.requireAccessible(narrow);
    }
  }

  @Test
  void theKeyboardReachesTheContentFirstAndThenEverything() {
    Page page = signedIn("en-US", 1_280, ColorScheme.LIGHT);
    page.keyboard().press("Tab");
    assertThat(page.evaluate("() => document.activeElement.textContent"))
        .isEqualTo("Skip to the content");
    page.keyboard().press("Enter");
    assertThat(page.evaluate("() => document.activeElement.id")).isEqualTo("main");

    page.navigate(server.url() + "/try");
    page.getByLabel("Text", new Page.GetByLabelOptions().setExact(true)).focus();
    page.keyboard().type("wordai");
    page.keyboard().press("Tab");
    page.keyboard().press("Space");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask")).focus();
    page.keyboard().press("Enter");
    page.locator(".answers .card").first().waitFor();
    assertThat(page.locator(".answers .label").count()).isEqualTo(1);
  }
}
