package io.haori.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a site has signed and {@link SecureRound} has not written: it is refused before anything is
 * collected with it, since sites answer one list alone, and the round goes on without it.
 */
final class ForgedMessagesTest {
  private static final List<String> SITES = List.of("a", "b", "c");
  private static final String SLOT = "encoder.layer.0.attention.self.query";

  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;
  private Path folder;

  @BeforeEach
  void begin() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    folder = temporary.resolve("round");
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", 2)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .epochs(1)
            .headStart(HeadStart.PROBE)
            .build();
    Round.Base named = new Round.Base(base.name(), base.digest());
    RoundFolder.begin(
        folder, new Round(0, "f".repeat(32), named, settings, Aggregation.SECURE, List.of()));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private Path file(String name) {
    return temporary.resolve(name);
  }

  private Path key(String site) {
    return file(site + ".pem");
  }

  /** The same message with another content, signed by its site. */
  private Path forged(Path good, Consumer<ObjectNode> change) {
    RoundPlace place = RoundPlace.of(folder);
    SecureMessage message = SecureMessage.read(good, JsonFile.readObject(good, 1 << 24), place);
    SecureMessage forged =
        SecureMessage.of(
            message.kind(),
            place,
            message.site(),
            SiteKey.at(key(message.site())),
            json -> {
              message
                  .json()
                  .properties()
                  .forEach(
                      one -> {
                        if (!json.has(one.getKey()) && !one.getKey().equals("signature")) {
                          json.set(one.getKey(), one.getValue().deepCopy());
                        }
                      });
              change.accept(json);
            });
    Path out = file(good.getFileName() + ".forged");
    AtomicFiles.writeText(out, forged.json() + "\n");
    return out;
  }

  /** By upload, and by whoever collects files. */
  private void refused(@Nullable Path before, Path good, Consumer<ObjectNode> change, String why) {
    Path forged = forged(good, change);
    assertThatThrownBy(() -> HandedIn.read(forged, folder, before, base))
        .isInstanceOf(UserError.class)
        .hasMessage(forged + ": " + why);
    Path out = file("never");
    List<Path> files = new ArrayList<>(SITES.stream().map(site -> other(good, site)).toList());
    files.set(0, forged);
    if (before != null) {
      files.add(before);
    }
    assertThatThrownBy(() -> new SecureRound(folder).collect(files, base, out))
        .isInstanceOf(UserError.class)
        .hasMessage(forged + ": " + why);
    assertThat(out).doesNotExist();
  }

  /** The file of another site at the same step. */
  private Path other(Path ofFirst, String site) {
    return file(site + String.valueOf(ofFirst.getFileName()).substring(1));
  }

  private Path collected(int step, List<Path> files) {
    Path out = file("all." + step);
    List<Path> all = new ArrayList<>(files);
    if (step > 1) {
      all.add(file("all." + (step - 1)));
    }
    assertThat(new SecureRound(folder).collect(all, base, out).waitsFor()).isEqualTo(step);
    return out;
  }

  private List<Path> enrolled() {
    List<String> labels = data.labels().heads().get(0).labels().names();
    SITES.forEach(
        site -> new SecureRound(folder).enroll(site, labels, key(site), file(site + ".keys")));
    return SITES.stream().map(site -> file(site + ".keys")).toList();
  }

  private List<Path> answers(Path all, String ending) {
    return SITES.stream()
        .map(
            site -> {
              Path out = file(site + ending);
              new SecureRound(folder).answer(all, site, key(site), out);
              return out;
            })
        .toList();
  }

  private List<Path> masked(Path all) {
    return SITES.stream()
        .map(
            site -> {
              Path out = file(site + ".update");
              assertThat(
                      new SiteFit(folder, base)
                          .masked(all, key(site))
                          .join(data, site, SiteKey.at(key(site)), out))
                  .isPresent();
              return out;
            })
        .toList();
  }

  /** A of a slot with another first number, or shorter. */
  private static Consumer<ObjectNode> down(float first, int bytes) {
    return json -> {
      ObjectNode slot = (ObjectNode) json.path("factors").path(SLOT);
      byte[] good = Base64.getDecoder().decode(slot.path("down").path(0).asText());
      ByteBuffer changed = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      changed.put(good, 0, bytes).putFloat(0, first);
      slot.putArray("down").add(Base64.getEncoder().encodeToString(changed.array()));
    };
  }

  @Test
  void eachIsOneSentenceAndTheRoundGoesOn() {
    List<Path> keys = enrolled();
    Path a = keys.get(0);
    refused(
        null,
        a,
        json -> json.put("seal", "AAAA"),
        "seal must be a key of X25519, got another text");
    refused(null, a, json -> json.putArray("labels"), "labels must be 1 to 100000, got 0");
    refused(
        null,
        a,
        json -> json.putArray("labels").add("x").add("x"),
        "labels must be texts, each once, got \"x\"");
    Path one = collected(1, keys);

    List<Path> shares = answers(one, ".shares");
    refused(
        one,
        shares.get(0),
        json -> ((ObjectNode) json.path("boxes")).remove("b"),
        "boxes for the site b must be 92 bytes, got 0");
    Path two = collected(2, shares);

    List<Path> masked = masked(two);
    Path update = masked.get(0);
    String shared = "A of " + SLOT + " must be the shared one, which no site changes";
    refused(two, update, down(0.5f, 256), shared);
    refused(two, update, down(Float.NaN, 256), shared);
    refused(
        two,
        update,
        down(0, 128),
        "bytes of A of " + SLOT + " must be 256 as in the round, got 128");
    refused(
        two,
        update,
        json -> ((ObjectNode) json.path("factors")).remove(SLOT),
        "adapted layers must be 4 as in the round, got 3");
    int numbers = 8 * (4 * 32 * 2 + 3 * (32 + 2) + 1);
    refused(
        two,
        update,
        json -> json.putArray("masked").add("AAAA"),
        "bytes of masked must be " + numbers + ", got 3");
    refused(
        two,
        update,
        json -> json.putObject("noise").put("samplingRate", 7),
        "sampling rate must be in (0, 1], got 7.0");
    Path three = collected(3, masked);

    List<Path> opens = answers(three, ".opens");
    Path forged = forged(opens.get(0), json -> ((ObjectNode) json.path("own")).put("b", "AAAA"));
    String part = forged + ": own for the site b must be 32 bytes, got 3";
    assertThatThrownBy(() -> HandedIn.read(forged, folder, three, base)).hasMessage(part);
    assertThatThrownBy(() -> merge(masked, three, List.of(forged, opens.get(1)))).hasMessage(part);
    assertThat(file("next")).doesNotExist();
    assertThat(HandedIn.read(opens.get(0), folder, three, base))
        .isEqualTo(new HandedIn("a", Kind.REVEAL.word()));

    assertThat(merge(masked, three, opens).past().get(0).rows()).isEqualTo(3 * 24);
  }

  private Round merge(List<Path> masked, Path collected, List<Path> opens) {
    List<Path> all = Stream.of(masked, opens, List.of(collected)).flatMap(List::stream).toList();
    return RoundMerge.merge(folder, all, base, file("next"));
  }
}
