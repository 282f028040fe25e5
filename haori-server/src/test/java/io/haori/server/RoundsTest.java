package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.client.ClientSettings;
import io.haori.client.FederatedRound;
import io.haori.client.Federation;
import io.haori.client.HaoriClient;
import io.haori.client.ProblemException;
import io.haori.client.RetryPolicy;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.registry.audit.AuditEntry;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import io.haori.training.federated.SecureRound;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites learn together by way of a server. */
final class RoundsTest {
  @TempDir Path temporary;
  private TinyRegistry tiny;
  private HaoriServer server;
  private Federation plants;
  private TinyRounds rounds;

  @BeforeEach
  void start() {
    tiny = new TinyRegistry(temporary);
    rounds = new TinyRounds(temporary, tiny.base());
    serve(100_000_000);
  }

  private void serve(long uploadBytes) {
    WorkSettings work =
        WorkSettings.usual(temporary.resolve("work"), List.of("none"))
            .withBytes(uploadBytes, 1_000_000_000);
    server = tiny.serve(ServerSettings.usual().withWork(work));
    plants = client().federation("plants");
  }

  private HaoriClient client() {
    return new HaoriClient(ClientSettings.of(server.url()).withRetry(RetryPolicy.NONE));
  }

  @AfterEach
  void stop() {
    server.close();
    tiny.close();
  }

  private Path round(String name, Aggregation aggregation) {
    return rounds.begin(name, aggregation);
  }

  /** What a site does: downloads the round, learns from its rows, and writes its update. */
  private Path joined(String site, int rows) {
    Path folder = temporary.resolve("round-of-" + site);
    plants.download(folder);
    return rounds.join(folder, site, rows);
  }

  @Test
  void sitesDownloadARoundHandInAndGetTheNextOneAsIfFilesHadBeenMerged() {
    Path round = round("round0", Aggregation.STACK);
    assertThat(plants.begin(round).number()).isZero();
    Path a = joined("a", 12);
    Path b = joined("b", 24);

    assertThat(plants.handIn(a).kind()).isEqualTo("update");
    plants.handIn(b);
    FederatedRound before = plants.newest();
    FederatedRound next = plants.merge(List.of());

    assertThat(before.handedIn())
        .extracting(FederatedRound.SiteFile::site)
        .containsExactlyInAnyOrder("a", "b");
    assertThat(before.digest()).isEqualTo(RoundFolder.digest(round));
    assertThat(next.number()).isEqualTo(1);
    assertThat(next.handedIn()).isEmpty();
    assertThat(next.past().get(0).rows()).isEqualTo(36);
    Path here = temporary.resolve("here");
    Round merged = RoundMerge.merge(round, List.of(a, b), tiny.base(), here);
    Path there = temporary.resolve("there");
    plants.download(there);
    assertThat(RoundFolder.read(there).past().get(0).sites())
        .containsExactlyInAnyOrderElementsOf(merged.past().get(0).sites());
    try (TextModel one = AdapterFolder.load(RoundFolder.model(here), tiny.base(), DType.F32);
        TextModel other = AdapterFolder.load(RoundFolder.model(there), tiny.base(), DType.F32)) {
      assertThat(other.predict("wordai").label()).isEqualTo(one.predict("wordai").label());
    }
    // The next round is joined like the first one.
    assertThat(plants.handIn(joined("a", 12)).site()).isEqualTo("a");
    assertThat(tiny.registry().maintenance().log(10))
        .extracting(AuditEntry::action)
        .containsSubsequence("begin-round", "hand-in", "hand-in", "merge-round", "hand-in");
  }

  @Test
  void whatDoesNotFitIsOneSentenceAndNothingIsLost() throws IOException {
    assertThatThrownBy(plants::newest)
        .isInstanceOf(ProblemException.NotFound.class)
        .hasMessage("No rounds named plants on this server");
    Path round = round("round0", Aggregation.STACK);
    plants.begin(round);
    assertThatThrownBy(() -> plants.begin(round))
        .isInstanceOf(ProblemException.Conflict.class)
        .hasMessage("Rounds named plants are on this server already");
    assertThatThrownBy(() -> plants.merge(List.of()))
        .isInstanceOf(ProblemException.Conflict.class)
        .hasMessage("Round 0 of plants waits for update, which nobody has handed in");
    Path update = joined("a", 12);

    Path changed = temporary.resolve("changed.update");
    Files.copy(update, changed);
    try (RandomAccessFile file = new RandomAccessFile(changed.toFile(), "rw")) {
      file.seek(file.length() - 1);
      int last = file.read();
      file.seek(file.length() - 1);
      file.write(last ^ 1);
    }
    assertThatThrownBy(() -> plants.handIn(changed))
        .isInstanceOf(ProblemException.class)
        .hasMessage("file: was changed since its site signed it");
    Path text = Files.writeString(temporary.resolve("text"), "no update");
    assertThatThrownBy(() -> plants.handIn(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("file: ")
        .hasMessageNotContaining(temporary.toString());
    Path other = round("other0", Aggregation.STACK);
    Path ofOther = rounds.join(other, "a", 12);
    assertThatThrownBy(() -> plants.handIn(ofOther))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "file: federation must be round0round0round0round0 as in the round, got"
                + " other0other0other0other0");

    plants.handIn(update);
    assertThatThrownBy(() -> plants.handIn(update))
        .isInstanceOf(ProblemException.Conflict.class)
        .hasMessage("Files of the site a with update are here already for round 0");
    assertThatThrownBy(() -> plants.merge(List.of("c")))
        .isInstanceOf(ProblemException.class)
        .hasMessage("without must be one of a, got c");
    assertThatThrownBy(() -> plants.collect(List.of()))
        .isInstanceOf(ProblemException.class)
        .hasMessage("aggregation of the round must be secure, got stack");

    assertThat(plants.merge(List.of()).number()).isEqualTo(1);
    assertThatThrownBy(() -> plants.handIn(update))
        .isInstanceOf(ProblemException.class)
        .hasMessage("file: round must be 1, got 0");
    plants.delete();
    assertThatThrownBy(plants::newest).isInstanceOf(ProblemException.NotFound.class);
    assertThat(plants.begin(round).number()).isZero();
  }

  @Test
  void aMergeThatFailsChangesNothingAndIsNotLoggedAsDone() throws IOException {
    plants.begin(round("round0", Aggregation.STACK));
    plants.handIn(joined("a", 12));
    Path sites = temporary.resolve("work/rounds/plants/0/sites");
    Path kept;
    try (Stream<Path> all = Files.list(sites)) {
      kept = all.filter(one -> one.toString().endsWith(".update")).findFirst().orElseThrow();
    }
    byte[] good = Files.readAllBytes(kept);
    byte[] damaged = good.clone();
    damaged[good.length - 1] ^= 1;
    Files.write(kept, damaged);

    assertThatThrownBy(() -> plants.merge(List.of()))
        .isInstanceOf(ProblemException.class)
        .hasMessage("update of a: was changed since its site signed it");

    assertThat(plants.newest().number()).isZero();
    assertThat(actions()).containsExactly("begin-round", "hand-in");
    try (Stream<Path> left = Files.list(temporary.resolve("work/rounds"))) {
      assertThat(left.map(one -> one.getFileName().toString())).containsExactly("plants");
    }
    Files.write(kept, good);
    assertThat(plants.merge(List.of()).number()).isEqualTo(1);
    assertThat(actions()).containsExactly("begin-round", "hand-in", "merge-round");
  }

  /** The newest last. */
  private List<String> actions() {
    return tiny.registry().maintenance().log(10).stream()
        .map(AuditEntry::action)
        .filter(action -> action.endsWith("-round") || action.equals("hand-in"))
        .toList();
  }

  @Test
  void anUploadBeyondTheServersBoundIsRefused() {
    server.close();
    serve(2_000);
    Path round = round("round0", Aggregation.STACK);
    plants.begin(round);
    Path update = joined("a", 12);

    assertThatThrownBy(() -> plants.handIn(update))
        .isInstanceOf(ProblemException.class)
        .hasMessage("The file must have at most 2000 bytes");
    assertThat(plants.newest().handedIn()).isEmpty();
  }

  @Test
  void aRoundThatSomebodyPutsIntoTheFolderIsThere() throws IOException {
    Path round = round("round0", Aggregation.STACK);
    Path place = temporary.resolve("work/rounds/plants/0");
    Files.createDirectories(place);
    Files.move(round, place.resolve("round"));

    assertThat(plants.newest().base()).isEqualTo(tiny.base().name());
    assertThat(new Http(server).get("/v1/rounds").json().at("/data/0/name").asText())
        .isEqualTo("plants");
  }

  @Test
  void aSecureRoundGoesThroughTheSameDoor() {
    Path round = round("round0", Aggregation.SECURE);
    plants.begin(round);
    List<String> sites = List.of("a", "b", "c");
    SecureRound secure = new SecureRound(round);
    assertThat(plants.newest().awaited()).isEqualTo("keys");
    for (String site : sites) {
      Path keys = temporary.resolve(site + ".keys");
      secure.enroll(site, rounds.labels(), rounds.key(site), keys);
      plants.handIn(keys);
    }
    assertThatThrownBy(() -> plants.merge(List.of()))
        .isInstanceOf(ProblemException.Conflict.class)
        .hasMessage("Round 0 of plants is secure and waits for keys; collect before the merge");
    assertThat(plants.collect(List.of()).step()).isEqualTo(1);
    answer(secure, sites, 1);
    assertThat(plants.collect(List.of()).step()).isEqualTo(2);

    Path all = temporary.resolve("all.2");
    plants.downloadCollected(all);
    for (String site : List.of("a", "b")) {
      plants.handIn(rounds.masked(round, all, site));
    }
    assertThat(plants.collect(List.of()).there()).containsExactly("a", "b");
    assertThatThrownBy(() -> plants.merge(List.of()))
        .isInstanceOf(ProblemException.Conflict.class)
        .hasMessage("Round 0 of plants waits for reveal, which nobody has handed in");
    answer(secure, sites, 3);
    FederatedRound next = plants.merge(List.of());

    assertThat(next.number()).isEqualTo(1);
    assertThat(next.past().get(0).sites()).containsExactly("a", "b");
    assertThat(next.past().get(0).rows()).isEqualTo(48);
  }

  private void answer(SecureRound secure, List<String> sites, int step) {
    Path all = temporary.resolve("all." + step);
    plants.downloadCollected(all);
    for (String site : sites) {
      Path answer = temporary.resolve(site + "." + step);
      assertThat(secure.answer(all, site, rounds.key(site), answer)).isEqualTo(step);
      plants.handIn(answer);
    }
  }
}
