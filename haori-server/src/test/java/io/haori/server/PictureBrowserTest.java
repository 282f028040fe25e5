package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Pictures on the web page in a real browser: {@code -Pbrowser}. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class PictureBrowserTest {
  private static final String IS_DRAWN =
      "() => Array.from(document.querySelectorAll('img.shown'))"
          + ".filter(one => one.complete && one.naturalWidth > 0).length";

  /** Drops a file on the form as a hand does. */
  private static final String DROP =
      "content => { const data = new DataTransfer();"
          + " data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))],"
          + " 'a.png', { type: 'image/png' }));"
          + " document.querySelector('form[data-drop]').dispatchEvent("
          + "new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }";

  private TinyRegistry tiny;
  private HaoriServer server;
  private Chromium chromium;
  private Path picture;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    tiny = TinyRegistry.onPictures(temporary);
    tiny.live(tiny.add("inspector", "lora", 1));
    tiny.add("counter", "lora", 2);
    server = tiny.serve(ServerSettings.usual());
    picture = TinyVision.write(temporary.resolve("a.png"), "hole", new SplittableRandom(1));
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    chromium.close();
    server.close();
    tiny.close();
  }

  @AfterEach
  void browserComplainedOfNothing() {
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test
  void aChosenPictureIsDrawnBesideItsAnswers() {
    Page page = chromium.signedIn(server, "en", 1280, ColorScheme.LIGHT);
    page.navigate(server.url() + "/try?use=inspector@live&use=counter@1");
    page.setInputFiles("#picture", picture);
    page.click("button.main");
    page.waitForSelector("#answers figure img");

    assertThat(page.evaluate(IS_DRAWN)).isEqualTo(3);
    assertThat(page.locator("#answers article").count()).isEqualTo(2);
    Chromium.requireAccessible(page);
  }

  @Test
  void theRightClassIsGivenWithTheKeyboardAlone() {
    for (String language : List.of("en", "ja")) {
      Page page = chromium.signedIn(server, language, 375, ColorScheme.DARK);
      page.navigate(server.url() + "/try?use=inspector@live&use=counter@1");
      page.setInputFiles("#picture", picture);
      page.click("button.main");
      page.waitForSelector("#truth-1 button");
      Chromium.requireAccessible(page);

      page.locator("#truth-1 button").nth(1).focus();
      page.keyboard().press("Enter");
      page.waitForSelector("#truth-1 .done");

      assertThat(page.locator("#truth-1 .done").textContent()).contains("b");
      assertThat(page.evaluate("() => document.activeElement.id")).isEqualTo("truth-1");
      assertThat(page.locator("#truth-0 button").count()).as("the other question").isEqualTo(3);
      assertThat(page.locator("#truth-0 button").nth(0).isEnabled()).isTrue();
      Chromium.requireAccessible(page);
      page.context().close();
    }
  }

  @Test
  void aPictureThatIsDroppedOnTheFormIsAnswered() throws IOException {
    Page page = chromium.signedIn(server, "ja", 400, ColorScheme.DARK);
    page.navigate(server.url() + "/try?use=inspector@live");
    page.evaluate(DROP, Base64.getEncoder().encodeToString(Files.readAllBytes(picture)));
    page.click("button.main");
    page.waitForSelector("#answers figure img");

    assertThat(page.evaluate(IS_DRAWN)).isEqualTo(2);
    Chromium.requireAccessible(page);
  }
}
