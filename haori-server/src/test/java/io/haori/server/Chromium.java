package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real browser that looks at a server's page and reports what it complains of: Debian's Chromium,
 * or the one that the system property {@code haori.chromium} names.
 */
final class Chromium implements AutoCloseable {
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  /** Serious and critical findings of axe, each with the element that it is about. */
  private static final String SERIOUS =
      "async () => (await axe.run()).violations"
          + ".filter(one => ['serious', 'critical'].includes(one.impact))"
          + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))";

  private static final String WIDER =
      "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

  private final Playwright playwright;
  private final Browser browser;
  private final String axe;
  private final List<String> complaints = new ArrayList<>();

  Chromium() throws IOException {
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
    try (InputStream in = Chromium.class.getResourceAsStream(AXE)) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A complaint is a script or a style that the page's own policy blocks, or a fault. */
  List<String> complaints() {
    return complaints;
  }

  /** The first page of somebody who has followed the link that the server prints. */
  Page signedIn(HaoriServer server, String locale, int width, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setLocale(locale)
                .setViewportSize(width, 900)
                .setColorScheme(scheme));
    // In every page before its own scripts; the policy of the page lets in no script afterwards.
    context.addInitScript(axe);
    Page page = context.newPage();
    page.setDefaultTimeout(20_000);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.navigate(server.signInLink().orElseThrow());
    page.waitForURL(server.url() + "/");
    return page;
  }

  static void requireAccessible(Page page) {
    assertThat(page.evaluate(SERIOUS)).as(page.url()).isEqualTo(List.of());
    assertThat(page.evaluate(WIDER)).as("pixels too wide at " + page.url()).isEqualTo(0);
  }

  @Override
  public void close() {
    playwright.close();
  }
}
