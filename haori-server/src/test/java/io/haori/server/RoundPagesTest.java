package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.files.FolderZip;
import io.haori.server.PageVisitor.Page;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.SecureRound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever coordinates sites leads a round in the browser. */
final class RoundPagesTest {
  @TempDir Path temporary;
  private TinyRegistry tiny;
  private TinyRounds rounds;
  private HaoriServer server;
  private PageVisitor visitor;

  @BeforeEach
  void start() {
    tiny = new TinyRegistry(temporary);
    rounds = new TinyRounds(temporary, tiny.base());
    server =
        tiny.serve(
            ServerSettings.usual()
                .withWork(WorkSettings.usual(temporary.resolve("work"), List.of("none"))));
    visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
  }

  @AfterEach
  void stop() {
    server.close();
    tiny.close();
  }

  private Page begin(Path round) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    FolderZip.write(round, zip);
    return visitor.sendFile("/rounds", "file", "round0.zip", zip.toByteArray(), "name", "plants");
  }

  private Page handIn(Path file) throws IOException {
    return visitor.sendFile("/rounds/plants/files", "file", "a.update", Files.readAllBytes(file));
  }

  private static void requireDone(Page page, String address) {
    assertThat(page.status()).as(page.text()).isEqualTo(303);
    assertThat(page.header("Location")).isEqualTo(address);
  }

  @Test
  void aRoundIsBegunHandedInForAndMerged() throws IOException {
    assertThat(visitor.get("/rounds").text()).contains("There are no rounds here");
    Path round = rounds.begin("round0", Aggregation.STACK);
    requireDone(begin(round), "/rounds/plants?done=roundBegun");
    assertThat(visitor.get("/rounds/plants?done=roundBegun").text())
        .contains("The round is here; sites can download it.")
        .contains("plants: round 0")
        .contains("Nobody has handed in a file")
        .contains("exact mean, cut to the rank")
        .doesNotContain("Merge into the next round");

    requireDone(handIn(rounds.join(round, "a", 12)), "/rounds/plants?done=handedIn");
    requireDone(handIn(rounds.join(round, "b", 24)), "/rounds/plants?done=handedIn");
    assertThat(visitor.get("/rounds").text())
        .contains("<td>updates</td><td class=\"number\">2</td>");
    assertThat(visitor.get("/rounds/plants").text())
        .contains("aria-label=\"Leave out b\"")
        .containsPattern("<th scope=\"row\">a</th><td>updates</td><td class=\"number\">[0-9.]+ kB")
        .contains("Merge into the next round");

    requireDone(visitor.send("/rounds/plants/merge", "without", "b"), "/rounds/plants?done=merged");
    assertThat(visitor.get("/rounds/plants").text())
        .contains("plants: round 1")
        .containsPattern("1</th><td>a</td><td class=\"number\">12</td>");
    Page zip = visitor.get("/rounds/plants/folder");
    assertThat(zip.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"plants-round1.zip\"");
    assertThat(zip.text()).startsWith("PK").contains("round.json");

    requireDone(visitor.send("/rounds/plants/delete"), "/rounds?done=roundsDeleted");
    assertThat(visitor.get("/rounds/plants").status()).isEqualTo(404);
  }

  @Test
  void aSecureRoundIsCollectedStepByStep() throws IOException {
    Path round = rounds.begin("round0", Aggregation.SECURE);
    requireDone(begin(round), "/rounds/plants?done=roundBegun");
    SecureRound secure = new SecureRound(round);
    for (String site : List.of("a", "b", "c")) {
      Path keys = temporary.resolve(site + ".keys");
      secure.enroll(site, rounds.labels(), rounds.key(site), keys);
      requireDone(handIn(keys), "/rounds/plants?done=handedIn");
    }
    assertThat(visitor.get("/rounds/plants").text())
        .contains("Collect for all sites")
        .doesNotContain("Download what was collected last");
    assertThat(visitor.get("/rounds/plants/collected").text())
        .contains("Nothing is collected in round 0 of plants yet");

    requireDone(visitor.send("/rounds/plants/collect"), "/rounds/plants?done=collected");

    assertThat(visitor.get("/rounds/plants").text())
        .contains("<strong>shares of secrets</strong>")
        .contains("Download what was collected last")
        .doesNotContain("Collect for all sites");
    assertThat(visitor.get("/rounds/plants/collected").header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"plants.collected\"");
  }

  @Test
  void mistakesAreSentencesOnThePage() throws IOException {
    assertThat(visitor.get("/rounds/plants").text())
        .contains("No rounds named plants on this server");
    Page noZip =
        visitor.sendFile(
            "/rounds", "file", "x.zip", "no".getBytes(StandardCharsets.UTF_8), "name", "plants");
    assertThat(noZip.status()).isEqualTo(400);
    assertThat(noZip.text()).contains("body is no zip").contains("value=\"plants\"");
    Path round = rounds.begin("round0", Aggregation.STACK);
    begin(round);
    assertThat(begin(round).text()).contains("Rounds named plants are on this server already");
    assertThat(visitor.send("/rounds/plants/merge").text())
        .contains("Round 0 of plants waits for update, which nobody has handed in");
    assertThat(visitor.send("/rounds/plants/collect").text())
        .contains("aggregation of the round must be secure, got stack");
    Path other = rounds.begin("other0", Aggregation.STACK);
    Page refused = handIn(rounds.join(other, "a", 12));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("file: federation must be round0round0round0round0");
    Path update = rounds.join(round, "a", 12);
    handIn(update);
    Page twice = handIn(update);
    assertThat(twice.status()).isEqualTo(409);
    assertThat(twice.text()).contains("Files of the site a with update are here already");
    assertThat(visitor.send("/rounds/plants/merge", "without", "c").text())
        .contains("without must be one of a, got c");
    assertThat(visitor.sendWithoutSecret("/rounds/plants/merge").status()).isEqualTo(403);

    assertThat(visitor.speaking("ja").get("/rounds/plants").text())
        .contains("ラウンド 0")
        .contains("次のラウンドに統合");
    assertThat(visitor.send("/rounds/plants/merge", "without", "c").text())
        .contains("<span lang=\"ja\">");
  }
}
