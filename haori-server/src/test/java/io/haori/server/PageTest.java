package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.server.PageVisitor.Page;
import io.haori.server.page.screen.Visits;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The web page of one server, as a browser without scripts sees it. */
@TestInstance(Lifecycle.PER_CLASS)
final class PageTest {
  private static final String SCRIPT = "<script>alert(1)</script>";
  private static final String ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;";

  private TinyRegistry tiny;
  private HaoriServer server;
  private PageVisitor visitor;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.live(tiny.add("food", "lora", 1));
    evaluated(tiny.add("food", "lora", 2), 0.9);
    tiny.add("plant", "lora", 3, TaskCatalogue.CLASSIFICATION, SCRIPT, "b");
    tiny.add("price", "lora", 4, TaskCatalogue.REGRESSION);
    tiny.add("dora", "dora", 5);
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0),
            tiny.registry(),
            List.of(tiny.openBase()),
            DType.F32);
    visitor = new PageVisitor(server).signedIn(link());
  }

  private String link() {
    return server.signInLink().orElseThrow();
  }

  private void evaluated(VersionId id, double accuracy) {
    tiny.registry()
        .lifeCycle()
        .evaluated(
            id, new Evaluation("data", "test", "0".repeat(64), Map.of("accuracy", accuracy)));
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /                          | en | <h1>Overview</h1>
          /                          | ja | <h1>概要</h1>
          /modules                   | en | <h1>Modules</h1>
          /modules                   | ja | <h1>モジュール</h1>
          /modules/food              | en | <h1>Module food</h1>
          /modules/food              | ja | <h1>モジュール food</h1>
          /modules/food/1            | en | <h2 id="scores">Evidence</h2>
          /modules/food/1            | ja | <h2 id="scores">根拠</h2>
          /modules/food/1/compare?with=2 | en | <h1>food: version 1 and version 2</h1>
          /modules/food/1/compare?with=2 | ja | <h1>food：版 1 と版 2</h1>
          /try                       | en | <h1>Try</h1>
          /try                       | ja | <h1>試す</h1>
          /audit                     | en | <h1>Audit</h1>
          /audit                     | ja | <h1>監査</h1>
          """)
  void everyScreenAnswersInBothLanguages(String path, String language, String heading) {
    Page page = new PageVisitor(server).signedIn(link()).speaking(language).get(path);

    assertThat(page.status()).as(page.text()).isEqualTo(200);
    assertThat(page.text()).contains(heading).contains("<html lang=\"" + language + "\">");
    assertThat(page.header("Content-Security-Policy")).isEqualTo(Visits.CONTENT_SECURITY_POLICY);
    assertThat(page.text()).doesNotContain(" style=").doesNotContain("<style");
    assertThat(page.text()).doesNotContainPattern(" on[a-z]+=").doesNotContainPattern("<script>");
  }

  @Test
  void theSwitchOfLanguageIsKept() {
    Page switched = new PageVisitor(server).signedIn(link()).get("/audit?actor=a&lang=ja");

    assertThat(switched.text()).contains("<h1>監査</h1>");
    assertThat(switched.header("Set-Cookie")).startsWith("haori-language=ja").contains("Strict");
    assertThat(switched.text()).contains("href=\"/audit?actor=a&amp;lang=en\"");
  }

  @Test
  void aSentenceOfTheProgramIsInTheLanguageOfThePage() throws Exception {
    Page japanese = new PageVisitor(server).signedIn(link()).speaking("ja").get("/modules/nowhere");
    Page english = new PageVisitor(server).signedIn(link()).speaking("en").get("/modules/nowhere");

    assertThat(japanese.text())
        .contains("<span lang=\"ja\">このレジストリに nowhere というモジュールはありません</span>");
    assertThat(english.text())
        .contains("<span lang=\"en\">No module named nowhere in this registry</span>");
  }

  @Test
  void theOverviewShowsWhatIsLiveWhereSinceWhenAndTheLastChanges() {
    Page page = visitor.get("/");

    assertThat(page.text())
        .contains("food@live")
        .contains("anna")
        .contains("<code title=\"" + digest(VersionId.of("food", 1)) + "\">")
        .contains("in memory")
        .contains("scores: accuracy 0.9000")
        .contains("made live");
  }

  private String digest(VersionId id) {
    return tiny.registry()
        .modules()
        .show(new ModuleReference.Numbered(id))
        .version()
        .contentDigest();
  }

  @Test
  void nobodySeesAScreenWithoutSigningIn() {
    for (String path : List.of("/", "/modules", "/modules/food", "/try", "/audit")) {
      Page page = new PageVisitor(server).get(path);

      assertThat(page.status()).isEqualTo(303);
      assertThat(page.header("Location")).isEqualTo("/sign-in");
    }
    assertThat(new PageVisitor(server).get("/sign-in").text())
        .contains("Open the link that haori serve printed");
  }

  @Test
  void aLinkSignsInOnceAndItsCookieIsOutOfReachOfScriptsAndOtherSites() {
    String link = link();
    PageVisitor first = new PageVisitor(server);
    Page page = first.get(link.substring(server.url().length()));
    Page again = new PageVisitor(server).get(link.substring(server.url().length()));

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Set-Cookie"))
        .contains("HttpOnly")
        .contains("SameSite=Strict")
        .contains("Path=/");
    assertThat(again.status()).isEqualTo(403);
    assertThat(again.header("Set-Cookie")).isEmpty();
    assertThat(again.text())
        .contains(
            "The link is not valid any more: it lets in once; the server prints a new one then");
    assertThat(link()).isNotEqualTo(link);
  }

  @Test
  void aLinkOfAnotherSiteLeadsToThePageByOneMoreStep() {
    PageVisitor coming =
        new PageVisitor(server)
            .with("Sec-Fetch-Site", "cross-site")
            .with("Sec-Fetch-Mode", "navigate")
            .with("Sec-Fetch-Dest", "document");
    Page page = coming.get("/modules/food?a=b&c=%22%3Cd");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text())
        .contains(
            "<meta http-equiv=\"refresh\" content=\"0; url=/modules/food?a=b&amp;c=%22%3Cd\">")
        .doesNotContain("food@1");
  }

  @Test
  void aFormOfAnotherSiteIsRefusedWhateverItCarries() {
    PageVisitor crossing = new PageVisitor(server).signedIn(link());
    crossing.with("Sec-Fetch-Site", "same-site");

    Page page = crossing.send("/modules/food/2/approve", "reason", "because");
    assertThat(page.status()).isEqualTo(403);
    assertThat(page.text()).contains("The form must come from a page of this server");
    assertThat(state(VersionId.of("food", 2))).isEqualTo(State.EVALUATED);
  }

  @Test
  void signingOutEndsTheSession() {
    PageVisitor leaving = new PageVisitor(server).signedIn(link());
    assertThat(leaving.get("/").status()).isEqualTo(200);

    assertThat(leaving.send("/sign-out").header("Location")).isEqualTo("/sign-in");
    assertThat(leaving.get("/").status()).isEqualTo(303);
  }

  @Test
  void aFormFromElsewhereIsRefused() {
    VersionId id = tiny.add("forged", "lora", 6);
    evaluated(id, 0.9);
    for (String path :
        List.of(
            "/modules/forged/1/approve",
            "/modules/forged/1/go-live",
            "/modules/forged/1/retire",
            "/modules/food/roll-back",
            "/modules/food/withdraw",
            "/try",
            "/audit/verify",
            "/sign-out")) {
      Page without = visitor.sendWithoutSecret(path, "reason", "because");
      Page wrong = visitor.sendWithoutSecret(path, "reason", "because", "csrf", "A".repeat(43));

      assertThat(without.status()).as(path).isEqualTo(403);
      assertThat(wrong.status()).as(path).isEqualTo(403);
      assertThat(without.text())
          .contains(
              "The form must come from a page of this session; open the page again and send it"
                  + " from there");
    }
    assertThat(state(id)).isEqualTo(State.EVALUATED);
  }

  private State state(VersionId id) {
    return tiny.registry().modules().show(new ModuleReference.Numbered(id)).status().state();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary="
      })
  void aFormWithAFileThatIsDamagedIsNoFaultOfTheServer(String type) {
    Page page = visitor.sendBody("/data", type, "--x\r\nContent-Disposition: form-data");
    assertThat(page.status()).isEqualTo(400);
    assertThat(page.text())
        .contains("The body must come whole, got a damaged one")
        .contains("<html");
  }

  @Test
  void approveLiveAndRollBackChangeTheRegistry() {
    VersionId first = tiny.add("story", "lora", 7);
    tiny.live(first);
    VersionId second = tiny.add("story", "lora", 8);
    evaluated(second, 0.75);
    awaitPage("/modules/story/2");

    assertThat(visitor.get("/modules/story/2").text())
        .contains("accuracy on data (test) of at least 0.5")
        .contains("<strong>0.7500</strong>");
    Page approved = visitor.send("/modules/story/2/approve", "reason", "reads well " + SCRIPT);
    assertThat(approved.status()).isEqualTo(303);
    assertThat(state(second)).isEqualTo(State.APPROVED);
    assertThat(visitor.get(approved.header("Location")).text()).contains("Approved.");

    visitor.send("/modules/story/2/go-live", "reason", "release 2", "target", "berlin");
    visitor.send("/modules/story/2/go-live", "reason", "release 2", "target", "");
    assertThat(live("story")).isEqualTo(second);
    Page module = visitor.get("/modules/story");
    assertThat(module.text()).contains("story@live/berlin").contains("reads well " + ESCAPED);
    assertThat(module.text()).doesNotContain(SCRIPT).contains("data-chart=");

    Page back = visitor.send("/modules/story/roll-back", "reason", "worse on soups", "target", "");
    assertThat(back.status()).isEqualTo(303);
    assertThat(live("story")).isEqualTo(first);
    AuditEntry last = tiny.registry().maintenance().log(1).get(0);
    assertThat(last.action()).isEqualTo("rollback");
    assertThat(last.details()).contains("worse on soups");
    assertThat(visitor.get("/audit?module=story&actor=ANN").text()).contains("worse on soups");

    visitor.send("/modules/story/withdraw", "reason", "site closed", "target", "berlin");
    Page retired = visitor.send("/modules/story/2/retire", "reason", "worse");
    assertThat(retired.header("Location")).isEqualTo("/modules/story/2?done=retired");
    assertThat(state(second)).isEqualTo(State.RETIRED);
  }

  private void awaitPage(String path) {
    for (int look = 0; look < 500 && visitor.get(path).status() != 200; look++) {
      Thread.onSpinWait();
    }
  }

  private VersionId live(String name) {
    return tiny.registry()
        .modules()
        .resolve(new ModuleReference.Live(new ModuleName(name), LiveTarget.EVERYWHERE));
  }

  @Test
  void whatTheRegistryRefusesIsSaidBesideTheForm() {
    Page blank = visitor.send("/modules/food/2/approve", "reason", "  ");
    Page tooEarly = visitor.send("/modules/food/2/go-live", "reason", "now", "target", "");
    Page nothingBefore = visitor.send("/modules/food/roll-back", "reason", "worse", "target", "");
    Page draft = visitor.send("/modules/plant/1/approve", "reason", "fine");

    assertThat(blank.status()).isEqualTo(400);
    assertThat(blank.text()).contains("reason must be 1 to 2000 characters, got nothing");
    assertThat(tooEarly.status()).isEqualTo(400);
    assertThat(tooEarly.text())
        .contains("state of food@2 must be approved before it is live, got evaluated")
        .contains(">now</textarea>");
    assertThat(nothingBefore.text()).contains("No earlier version of food was live");
    assertThat(draft.text())
        .contains("state of plant@1 must be evaluated before it is approved, got draft");
  }

  @Test
  void aTextIsTriedOnSeveralModulesSideBySideAndOnTheirMix() {
    visitor.get("/try");
    Page page =
        visitor.send(
            "/try",
            "text",
            "wordai " + SCRIPT,
            "use",
            "food@live",
            "use",
            "plant@1",
            "use",
            "price@1",
            "weight:food@live",
            "0.7",
            "weight:plant@1",
            "0.3",
            "weight:price@1",
            "0",
            "mix",
            "on",
            "head",
            "food@live");

    assertThat(page.status()).as(page.text()).isEqualTo(200);
    assertThat(page.text())
        .contains("<h3>food@live</h3>")
        .contains("<h3>plant@1</h3>")
        .contains("<h3>price@1</h3>")
        .contains("<h3>0.7 × food@live + 0.3 × plant@1 + 0.0 × price@1</h3>")
        .contains("<rect width=\"")
        .contains("<th scope=\"row\">" + ESCAPED + "</th>")
        .contains("wordai " + ESCAPED + "</textarea>")
        .doesNotContain(SCRIPT);
  }

  @Test
  void oneModuleThatCannotAnswerLeavesTheOthers() {
    visitor.get("/try");
    Page page =
        visitor.send(
            "/try",
            "text",
            "wordai",
            "use",
            "food@live",
            "use",
            "dora@1",
            "mix",
            "on",
            "head",
            "food@live");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text())
        .contains("<h3>dora@1</h3>")
        .contains(
            "method of module dora@1 must be one whose updates add up, to be weighted or combined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''   | food@live | 1 | text must be a text that is not blank, got nothing
          word | ''        | 1 | modules must be 1 to 16 that are ticked, got 0
          word | food@live | x | weight of food@live must be a number, got x
          word | food@live | NaN | weight of food@live must be in [-100, 100], got NaN
          """)
  void aMistakeInTheFormIsOneSentence(String text, String use, String weight, String sentence) {
    visitor.get("/try");
    Page page =
        use.isEmpty()
            ? visitor.send("/try", "text", text)
            : visitor.send(
                "/try",
                "text",
                text,
                "use",
                use,
                "weight:" + use,
                weight,
                "mix",
                "on",
                "head",
                use);

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.text()).contains(sentence);
  }

  @Test
  void theChainIsCheckedByAButton() {
    visitor.get("/audit");

    assertThat(visitor.send("/audit/verify").text()).contains("All is sound: ");
  }

  @Test
  void whatIsNotThereIsSaid() {
    Page module = visitor.get("/modules/nobody");
    Page version = visitor.get("/modules/food/9");
    Page word = visitor.get("/modules/food/newest");
    Page traversal = visitor.get("/assets/..%2f..%2fmessages_en.properties");

    assertThat(module.status()).isEqualTo(404);
    assertThat(module.text()).contains("No module named nobody in this registry");
    assertThat(version.status()).isEqualTo(404);
    assertThat(version.text()).contains("version of food must be in [1, 2], got 9");
    assertThat(word.status()).isEqualTo(400);
    assertThat(traversal.status()).isBetween(400, 404);
    assertThat(traversal.text()).doesNotContain("page.skip");
  }

  @Test
  void scriptsAndStylesComeFromTheServerItself() {
    for (String file : List.of("page.css", "page.js", "htmx.js", "echarts.js", "haori.svg")) {
      Page asset = new PageVisitor(server).get("/assets/" + file);

      assertThat(asset.status()).as(file).isEqualTo(200);
      assertThat(asset.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
    assertThat(visitor.get("/try").text()).doesNotContain("//");
  }
}
