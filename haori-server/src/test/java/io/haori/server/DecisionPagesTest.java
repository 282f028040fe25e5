package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.server.PageVisitor.Page;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Trials, combinations and evaluations from the page. */
@TestInstance(Lifecycle.PER_CLASS)
final class DecisionPagesTest {
  private TinyRegistry tiny;
  private HaoriServer server;
  private PageVisitor visitor;
  private Http http;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.live(tiny.add("food", "lora", 1));
    VersionId second = tiny.add("food", "lora", 2);
    tiny.registry()
        .lifeCycle()
        .evaluated(second, new Evaluation("data", "test", "0".repeat(64), Map.of("accuracy", 0.9)));
    tiny.registry().lifeCycle().approve(second, "tried");
    tiny.add("plant", "lora", 3);
    Path made = tiny.adapter("made", "lora", 7, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
    server =
        HaoriServer.start(
            ServerSettings.usual()
                .withPort(0)
                .withWork(WorkSettings.usual(temporary.resolve("work"), FakeProgram.command(made))),
            tiny.registry(),
            List.of(tiny.openBase()),
            DType.F32);
    visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
    http = new Http(server);
    assertThat(http.put("/v1/data/orders?file=orders.csv", "text,label\nfine,a\n").status())
        .isEqualTo(201);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private static String address(Page page) {
    return page.header("Location");
  }

  /** Waits until a run is over. */
  private void ended(Page started) {
    assertThat(started.status()).as(started.text()).isEqualTo(303);
    String id = address(started).substring("/runs/".length());
    assertThat(http.get("/v1/jobs/" + id + "/events").text()).contains("\"state\":\"done\"");
  }

  @Test
  void aTrialIsStartedJudgedAndEnded() {
    assertThat(visitor.get("/modules/food/trials").text())
        .contains("No trial runs.")
        .contains("food@live (version 1)");
    Page refused =
        visitor.send(
            "/modules/food/trials",
            "candidate",
            "2",
            "target",
            "",
            "kind",
            "share",
            "percent",
            "150",
            "rule",
            "stop",
            "reason",
            "newer");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("share must be in (0, 1), got 1.5").contains(">newer<");
    Page started =
        visitor.send(
            "/modules/food/trials",
            "candidate",
            "2",
            "target",
            "",
            "kind",
            "shadow",
            "percent",
            "10",
            "rule",
            "report",
            "reason",
            "newer");
    assertThat(address(started)).isEqualTo("/modules/food/trials?done=trialStarted");
    long id = tiny.registry().trials().all().get(0).id();
    assertThat(visitor.get(address(started)).text())
        .contains("The trial runs.")
        .contains("go on: not certain yet")
        .contains("computes all requests, answers none");
    assertThat(visitor.get("/").text()).contains("/modules/food/trials");
    assertThat(visitor.send("/modules/food/trials/99/end", "reason", "x").status()).isEqualTo(404);
    assertThat(visitor.send("/modules/food/trials/" + id + "/end", "reason", "").text())
        .contains("reason must be some words, got nothing");
    Page switched = visitor.send("/modules/food/trials/" + id + "/switch", "reason", "better");
    assertThat(address(switched)).isEqualTo("/modules/food/trials?done=live");
    assertThat(tiny.registry().trials().all().get(0).isRunning()).isFalse();
    assertThat(visitor.get("/modules/food/trials").text())
        .contains("food@live (version 2)")
        .contains("better");
    tiny.liveAgain(VersionId.of("food", 1));
    server.look();
  }

  @Test
  void aCombinationIsMeasuredAndItsEvidenceDecides() {
    tiny.registry()
        .combinations()
        .setRule(new CombinationRule(new NamePattern("plant"), "accuracy", 0.01));
    Page none = visitor.send("/combinations", "data", "orders@1");
    assertThat(none.text()).contains("modules must be some that are ticked, got none");
    assertThat(visitor.send("/combinations", "modules", "food@1", "data", "orders@1").text())
        .contains("modules must be several, or one that was mixed or merged of others, got food@1");
    ended(
        visitor.send(
            "/combinations",
            "modules",
            "food@1",
            "modules",
            "plant@1",
            "weight-food@1",
            "0.5",
            "weight-plant@1",
            "1",
            "data",
            "orders@1"));
    assertThat(visitor.get("/combinations").text())
        .contains("<h3>food@1*0.5 + plant@1</h3>")
        .contains("orders (test, 20)")
        .contains("+0.0500")
        .contains("0.01 <strong>✗ too much</strong>");
    assertThat(
            tiny.registry().combinations().evidence("food@1*0.5 + plant@1", new ModuleName("food")))
        .hasSize(2);
    Page rule =
        visitor.send("/combinations/rule", "pattern", "food", "metric", "accuracy", "atMost", "x");
    assertThat(rule.text()).contains("largest loss must be a number, got x");
    assertThat(
            address(
                visitor.send(
                    "/combinations/rule",
                    "pattern",
                    "food",
                    "metric",
                    "accuracy",
                    "atMost",
                    "0.2")))
        .isEqualTo("/combinations?done=rule");
    assertThat(visitor.get("/combinations").text()).contains("0.2 ✓");
    assertThat(address(visitor.send("/combinations/rule/drop", "pattern", "food")))
        .isEqualTo("/combinations?done=ruleDropped");
  }

  @Test
  void aVersionOfTheCommandLineIsEvaluatedForItsIntervalAndWorstAnswers() {
    assertThat(visitor.get("/modules/food/2").text())
        .contains("haori evaluate --adapter reg:food@2 --data DIR --record");
    ended(
        visitor.send(
            "/runs",
            "kind",
            "evaluate",
            "name",
            "food",
            "modules",
            "food@2",
            "base",
            server.bases().keySet().iterator().next(),
            "data",
            "orders@1"));
    assertThat(visitor.get("/modules/food/2").text())
        .contains("80.0 % (95 %: 49.0 % – 94.0 %), 8 / 10")
        .contains("a stew")
        .contains("orders (test)")
        .doesNotContain("haori evaluate");
  }

  /** As --upload, the documentation and the command line have them: MB of 2^20 bytes. */
  @Test
  void sizesHaveTheUnitOfTheCommandLine() {
    assertThat(visitor.get("/data").text()).contains("at most 100.0 MB");
    http.put("/v1/data/long?file=long.csv", "text,label\n" + "fine,a\n".repeat(1_024));
    assertThat(visitor.get("/data/long@1").text()).contains("(7.0 kB)");
  }

  @Test
  void dataAndRunsAreDeleted() {
    http.put("/v1/data/waste?file=waste.csv", "text,label\nfine,a\n");
    assertThat(visitor.get("/data/waste@1").text()).contains("Delete waste@1");
    assertThat(address(visitor.send("/data/waste@1/delete"))).isEqualTo("/data?done=dataDeleted");
    assertThat(visitor.get("/data/waste@1").status()).isEqualTo(404);
    Page started =
        visitor.send(
            "/runs",
            "kind",
            "evaluate",
            "name",
            "plant",
            "modules",
            "plant@1",
            "base",
            server.bases().keySet().iterator().next(),
            "data",
            "orders@1");
    ended(started);
    assertThat(address(visitor.send(address(started) + "/delete")))
        .isEqualTo("/analyses?done=runDeleted");
    assertThat(visitor.get(address(started)).status()).isEqualTo(404);
  }
}
