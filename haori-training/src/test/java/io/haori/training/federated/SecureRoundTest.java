package io.haori.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round of five sites whose sum hides its parts. */
final class SecureRoundTest {
  private static final List<String> SITES = List.of("a", "b", "c", "d", "e");

  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 48, false));
    folder = round("secure", Aggregation.SECURE);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private Path round(String name, Aggregation aggregation) {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", 2)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .batchSize(8)
            .learningRate(1e-2)
            .epochs(1)
            .headStart(HeadStart.PROBE)
            .build();
    Path round = temporary.resolve(name);
    RoundFolder.begin(
        round,
        new Round(
            0,
            "f".repeat(32),
            new Round.Base(base.name(), base.digest()),
            settings,
            aggregation,
            List.of()));
    return round;
  }

  private Path key(String site) {
    return temporary.resolve(site + ".pem");
  }

  private Path file(String name) {
    return temporary.resolve(name);
  }

  /** The rows of a site, others and another number of them for each. */
  private Dataset rowsOf(String site) {
    int number = SITES.indexOf(site);
    return data.withTrainRows(16 + 4 * number, number);
  }

  private Path enroll(String site) {
    Path out = file(site + ".keys");
    new SecureRound(folder)
        .enroll(site, data.labels().heads().get(0).labels().names(), key(site), out);
    return out;
  }

  private Path answer(String collected, String site, String ending) {
    Path out = file(site + ending);
    new SecureRound(folder).answer(file(collected), site, key(site), out);
    return out;
  }

  private Path join(String collected, String site) {
    Path out = file(site + ".update");
    assertThat(
            new SiteFit(folder, base)
                .masked(file(collected), key(site))
                .join(rowsOf(site), site, SiteKey.at(key(site)), out))
        .isPresent();
    return out;
  }

  private SecureRound.Collected collect(String out, List<Path> files) {
    return new SecureRound(folder).collect(files, base, file(out));
  }

  private static List<Path> and(Path first, List<Path> others) {
    List<Path> all = new ArrayList<>(others);
    all.add(first);
    return all;
  }

  /** Up to the masked updates of those sites. */
  private List<Path> masked(List<String> sites) {
    collect("all.1", SITES.stream().map(this::enroll).toList());
    List<Path> shares = SITES.stream().map(site -> answer("all.1", site, ".shares")).toList();
    collect("all.2", and(file("all.1"), shares));
    List<Path> updates = sites.stream().map(site -> join("all.2", site)).toList();
    assertThat(collect("all.3", and(file("all.2"), updates)))
        .isEqualTo(new SecureRound.Collected(SITES, 3, sites, 3));
    return updates;
  }

  @Test
  void theNextModelIsThatOfTheSitesThatArrivedAsIfTheirUpdatesHadBeenSeen() {
    List<String> there = List.of("a", "c", "e");
    List<Path> updates = masked(there);
    // d has sent no update, and still answers; a has sent one and does not.
    List<Path> files = new ArrayList<>(updates);
    files.add(file("all.3"));
    List.of("c", "d", "e").forEach(site -> files.add(answer("all.3", site, ".opens")));
    Path next = file("next");

    Round merged = RoundMerge.merge(folder, files, base, next);

    Path seen = round("seen", Aggregation.SHARED_A);
    List<Path> plain = new ArrayList<>();
    for (String site : there) {
      Path out = file(site + ".plain");
      new SiteFit(seen, base).join(rowsOf(site), site, SiteKey.at(key(site)), out);
      plain.add(out);
    }
    Path nextSeen = file("nextSeen");
    RoundMerge.merge(seen, plain, base, nextSeen);
    assertSameModel(next, nextSeen);
    assertThat(merged.past().get(0).rows()).isEqualTo(16 + 24 + 32);
    assertThat(merged.past().get(0).sites())
        .extracting(Round.Member::site, Round.Member::rows)
        .containsExactly(tuple("a", 0), tuple("c", 0), tuple("e", 0));
    assertThat(RoundFolder.read(next)).isEqualTo(merged);
  }

  private void assertSameModel(Path one, Path other) {
    try (TextModel mine = AdapterFolder.load(RoundFolder.model(one), base, DType.F32);
        TextModel theirs = AdapterFolder.load(RoundFolder.model(other), base, DType.F32)) {
      assertThat(mine.heads().labels()).isEqualTo(theirs.heads().labels());
      mine.module()
          .layers()
          .forEach(
              (slot, layer) ->
                  layer
                      .tensors()
                      .forEach(
                          (name, tensor) ->
                              assertThat(tensor.toDoubles())
                                  .containsExactly(
                                      theirs
                                          .module()
                                          .layers()
                                          .get(slot)
                                          .tensors()
                                          .get(name)
                                          .toDoubles(),
                                      within(1e-6))));
      for (int i = 0; i < 2; i++) {
        assertThat(mine.heads().parameters().get(i).value().toDoubles())
            .containsExactly(theirs.heads().parameters().get(i).value().toDoubles(), within(1e-6));
      }
    }
  }

  @Test
  void anUpdateHoldsNoNumberOfTheSiteThatCanBeRead() throws IOException {
    Path update = masked(List.of("a", "b", "c")).get(0);
    RoundPlace place = RoundPlace.of(folder);
    SecureMessage message = SecureMessage.read(update, JsonFile.readObject(update, 1 << 24), place);
    int count = 0;
    for (JsonNode piece : message.json().path("masked")) {
      count += Base64.getDecoder().decode(piece.asText()).length / Long.BYTES;
    }
    long[] numbers = MaskedUpdate.numbers(update, message, count);

    // Of numbers below 2^20 in 2^-32, the upper bits would be all alike.
    long large = Arrays.stream(numbers).filter(number -> Math.abs(number) > 1L << 60).count();
    assertThat((double) large / count).isBetween(0.8, 0.95);
    assertThat(Files.readString(update)).doesNotContain("\"rows\"");
    assertThat(Files.readString(file("a-" + secretsName()))).contains("\"own\"");
  }

  private String secretsName() {
    return Sha256.of("f".repeat(32)).substring(0, 8) + "-0.secrets";
  }

  @Test
  void tooFewAnswersOpenNothing() {
    List<Path> files = new ArrayList<>(masked(List.of("a", "b", "c", "d")));
    files.add(file("all.3"));
    files.add(answer("all.3", "a", ".opens"));
    files.add(answer("all.3", "b", ".opens"));

    assertThatThrownBy(() -> RoundMerge.merge(folder, files, base, file("next")))
        .isInstanceOf(UserError.class)
        .hasMessage("answers that open the sum must be at least 3 of 5 sites, got 2");
    assertThat(file("next")).doesNotExist();
  }

  @Test
  void aSiteAnswersOneListOfSitesOnlyInARound() {
    List<Path> updates = masked(List.of("a", "b", "c", "d"));
    answer("all.3", "e", ".opens");
    collect("other.3", and(file("all.2"), updates.subList(0, 3)));

    assertThatThrownBy(() -> answer("other.3", "e", ".opens2"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("two answers together could open the numbers of one site");
    // The same list again is no more than was given before.
    answer("all.3", "e", ".opens3");
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws IOException {
    List<Path> keys = List.of(enroll("a"), enroll("b"));
    assertThatThrownBy(() -> collect("all.1", keys))
        .isInstanceOf(UserError.class)
        .hasMessage(file("all.1") + ": sites must be in [3, 255], got 2");
    enroll("c");
    assertThatThrownBy(() -> enroll("c"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file("c-" + secretsName())
                + ": this site has enrolled in this round already; new keys would make those"
                + " worthless that it has handed in");
    collect("all.1", List.of(file("a.keys"), file("b.keys"), file("c.keys")));
    assertThatThrownBy(
            () -> new SiteFit(folder, base).join(data, "a", SiteKey.at(key("a")), file("a.update")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "collected must be the shares of all sites, which haori federate collect gathers in a"
                + " secure round, got none");
    assertThatThrownBy(() -> join("all.1", "a"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file("all.1") + ": sites with shares must be some, the site a among them, got none");
    String text = Files.readString(file("a.keys"));
    Files.writeString(file("a.keys"), text.replace("\"site\":\"a\"", "\"site\":\"x\""));
    assertThatThrownBy(
            () -> collect("x.1", List.of(file("a.keys"), file("b.keys"), file("c.keys"))))
        .isInstanceOf(UserError.class)
        .hasMessage(file("a.keys") + ": what the site x says was changed since it signed it");
    assertThatThrownBy(() -> collect("x.1", List.of(file("b.keys"), file("b.keys"))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "files of the site b must be one, got " + file("b.keys") + " and " + file("b.keys"));
    assertThatThrownBy(() -> answer("all.1", "z", ".shares"))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(
            "must hold this site's secrets of the round, which haori federate enroll makes");
    Files.writeString(file("other"), "{\"a\": 1}");
    assertThatThrownBy(() -> collect("x.1", List.of(file("other"))))
        .isInstanceOf(UserError.class)
        .hasMessage(file("other") + ": must be a file of haori federate, got another one");
    assertThatThrownBy(() -> new SecureRound(round("plain", Aggregation.STACK)))
        .isInstanceOf(UserError.class)
        .hasMessage("aggregation of " + file("plain") + " must be secure, got stack");
    assertThat(file("x.1")).doesNotExist();
  }
}
