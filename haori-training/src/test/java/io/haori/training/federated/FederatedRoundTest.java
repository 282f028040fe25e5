package io.haori.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.privacy.Privacy;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FederatedRoundTest {
  private static final int RANK = 4;

  @TempDir Path temporary;
  private TextBase base;
  private Dataset first;
  private Dataset second;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 48, false));
    first = data.withTrainRows(12, 1);
    second = data.withTrainRows(36, 2);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private Path round(Aggregation aggregation) {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", RANK)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .batchSize(8)
            .learningRate(1e-2)
            .epochs(2)
            .headStart(HeadStart.PROBE)
            .build();
    Path folder = temporary.resolve("round0-" + aggregation);
    Round round =
        new Round(
            0,
            "f".repeat(32),
            new Round.Base(base.name(), base.digest()),
            settings,
            aggregation,
            List.of());
    RoundFolder.begin(folder, round);
    return folder;
  }

  private Path join(Path round, Dataset data, String site) {
    Path out = temporary.resolve(round.getFileName() + "-" + site + ".update");
    SiteKey key = SiteKey.at(temporary.resolve(site + ".pem"));
    assertThat(new SiteFit(round, base).join(data, site, key, out)).isPresent();
    return out;
  }

  /** The updates {@code s B A} by layer, one after another. */
  private static Map<String, float[]> deltas(Map<String, AdaptedLinear> layers) {
    Map<String, float[]> deltas = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      layers.forEach(
          (slot, layer) -> {
            LowRankUpdate update = (LowRankUpdate) layer;
            deltas.put(
                slot, Kernels.product(update.up(), update.down(), update.scale()).toFloats());
          });
    }
    return deltas;
  }

  private Map<String, float[]> deltasOf(Path folder, Path update) {
    try (OpenRound open = OpenRound.of(folder, base);
        Update read = UpdateFile.read(update, open)) {
      return deltas(read.module().layers());
    }
  }

  @ParameterizedTest
  @EnumSource(value = Aggregation.class, names = "SECURE", mode = EnumSource.Mode.EXCLUDE)
  void theNextModelIsTheMeanOfTheSitesByRowsButForWhatIsReported(Aggregation aggregation) {
    Path round = round(aggregation);
    Path a = join(round, first, "a");
    Path b = join(round, second, "b");
    Path out = temporary.resolve("next");

    Round next = RoundMerge.merge(round, List.of(a, b), base, out);

    Map<String, float[]> ofA = deltasOf(round, a);
    Map<String, float[]> ofB = deltasOf(round, b);
    double apart = 0;
    double energy = 0;
    try (TextModel model = AdapterFolder.load(RoundFolder.model(out), base, DType.F32)) {
      for (Map.Entry<String, float[]> layer : deltas(model.module().layers()).entrySet()) {
        float[] got = layer.getValue();
        for (int i = 0; i < got.length; i++) {
          double wanted = 0.25 * ofA.get(layer.getKey())[i] + 0.75 * ofB.get(layer.getKey())[i];
          apart += (got[i] - wanted) * (got[i] - wanted);
          energy += wanted * wanted;
        }
      }
    }
    double lost = next.past().get(0).lostEnergy();
    assertThat(apart / energy).isCloseTo(lost, within(1e-5));
    if (aggregation == Aggregation.SHARED_A) {
      assertThat(lost).isZero();
    } else {
      assertThat(lost).isBetween(1e-6, 0.9);
    }
    assertThat(RoundFolder.read(out)).isEqualTo(next);
    assertThat(next.number()).isEqualTo(1);
  }

  @Test
  void sitesThatShareALearnBAloneAlsoInTheNextRound() {
    Path round = round(Aggregation.SHARED_A);
    Path next = temporary.resolve("next");
    RoundMerge.merge(round, List.of(join(round, first, "a"), join(round, second, "b")), base, next);

    Path a = join(next, first, "a");
    Path b = join(next, second, "b");

    try (OpenRound open = OpenRound.of(next, base);
        Update one = UpdateFile.read(a, open);
        Update other = UpdateFile.read(b, open);
        Scope scope = Scope.open()) {
      one.module()
          .layers()
          .forEach(
              (slot, layer) -> {
                LowRankUpdate mine = (LowRankUpdate) layer;
                LowRankUpdate theirs = (LowRankUpdate) other.module().layers().get(slot);
                assertThat(mine.down().equalTo(theirs.down())).isTrue();
                assertThat(mine.up().equalTo(theirs.up())).isFalse();
              });
    }
    RoundMerge.merge(next, List.of(a, b), base, temporary.resolve("third"));
    assertThat(RoundFolder.read(temporary.resolve("third")).past()).hasSize(2);
  }

  @Test
  void headsOfDifferentLabelsBecomeOneOfAll() throws IOException {
    Path other = TinyBase.data(temporary.resolve("other"), 24, false);
    String label = first.labels().heads().get(0).labels().name(0);
    for (String split : List.of("train", "validation", "test")) {
      Path file = other.resolve(split + ".jsonl");
      String renamed =
          Files.readString(file).replace("\"label\":\"" + label, "\"label\":\"new " + label);
      Files.writeString(
          file, renamed.replace("\"label\": \"" + label, "\"label\": \"new " + label));
    }
    Path round = round(Aggregation.STACK);
    Path out = temporary.resolve("next");
    Dataset renamed = Dataset.read(other);

    RoundMerge.merge(round, List.of(join(round, first, "a"), join(round, renamed, "b")), base, out);

    try (TextModel model = AdapterFolder.load(RoundFolder.model(out), base, DType.F32)) {
      assertThat(model.heads().labels().heads().get(0).labels().names())
          .contains(label, "new " + label)
          .hasSize(first.labels().heads().get(0).labels().size() + 1);
    }
  }

  @Test
  void anUpdateThatWasChangedIsRefusedAndNothingIsWritten() throws IOException {
    Path round = round(Aggregation.STACK);
    Path update = join(round, first, "a");
    long at = Files.size(update) - 3;
    try (RandomAccessFile file = new RandomAccessFile(update.toFile(), "rw")) {
      file.seek(at);
      int last = file.read();
      file.seek(at);
      file.write(last ^ 1);
    }
    Path out = temporary.resolve("next");

    assertThatThrownBy(() -> RoundMerge.merge(round, List.of(update), base, out))
        .isInstanceOf(UserError.class)
        .hasMessage(update + ": was changed since its site signed it");
    assertThat(out).doesNotExist();
  }

  @Test
  void updatesOfAnotherRoundOrOfOneSiteTwiceAreRefused() {
    Path round = round(Aggregation.STACK);
    Path a = join(round, first, "a");
    Path next = temporary.resolve("next");
    RoundMerge.merge(round, List.of(a), base, next);
    Path out = temporary.resolve("out");

    assertThatThrownBy(() -> RoundMerge.merge(next, List.of(a), base, out))
        .hasMessage(a + ": round must be 1, got 0");
    assertThatThrownBy(() -> RoundMerge.merge(round, List.of(a, a), base, out))
        .hasMessage("updates of the site a must be one, got " + a + " and " + a);
    assertThatThrownBy(() -> RoundMerge.merge(round, List.of(temporary), base, out))
        .hasMessage(temporary + ": must be an update of haori federate join, found a folder");
    Path missing = temporary.resolve("missing");
    assertThatThrownBy(() -> RoundMerge.merge(round, List.of(missing), base, out))
        .hasMessage(missing + ": must be an update of haori federate join, found no such file");
    assertThat(out).doesNotExist();
  }

  @Test
  void aSiteKeepsItsKey() throws IOException {
    Path round = round(Aggregation.STACK);
    Path next = temporary.resolve("next");
    RoundMerge.merge(round, List.of(join(round, first, "a")), base, next);
    String known = RoundFolder.read(next).keyOf("a").orElseThrow();
    Path good = join(next, first, "a");
    SiteKey other = SiteKey.at(temporary.resolve("other.pem"));
    Path out = temporary.resolve("never.update");
    assertThatThrownBy(() -> new SiteFit(next, base).join(first, "a", other, out))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "key of the site a must be the one that it signed earlier rounds with, "
                + known
                + ", got "
                + other.shown());
    assertThat(out).doesNotExist();
    Path update = temporary.resolve("forged.update");
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(good)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      stored.names().forEach(name -> tensors.put(name, stored.load(name)));
      ObjectNode facts =
          (ObjectNode) new ObjectMapper().readTree(stored.metadata().get(UpdateFile.FACTS));
      UpdateFile.write(update, facts.put("key", other.shown()), tensors, other);
    }

    assertThatThrownBy(
            () -> RoundMerge.merge(next, List.of(update), base, temporary.resolve("out")))
        .hasMessageStartingWith(
            update
                + ": key of the site a must be the one that it signed earlier rounds with, "
                + known
                + ", got ");
  }

  @Test
  void privateRoundsAddUpAndNoTwoRunsAreTheSame() {
    Path round = round(Aggregation.STACK);
    Path out = temporary.resolve("p.update");
    SiteKey key = SiteKey.at(temporary.resolve("p.pem"));
    Privacy privacy = new Privacy(4, 0.01, 1);

    double once =
        new SiteFit(round, base)
            .privately(privacy)
            .join(first, "p", key, out)
            .orElseThrow()
            .epsilon()
            .orElseThrow();
    Map<String, float[]> one = deltasOf(round, out);
    RoundMerge.merge(round, List.of(out), base, temporary.resolve("next"));
    assertThat(new SiteFit(round, base).privately(privacy).join(first, "p", key, out)).isPresent();
    Path second = temporary.resolve("next");
    Path later = temporary.resolve("p2.update");
    double twice =
        new SiteFit(second, base)
            .privately(privacy)
            .join(first, "p", key, later)
            .orElseThrow()
            .epsilon()
            .orElseThrow();

    assertThat(once).isBetween(3.9, 4.0);
    assertThat(twice).isBetween(once, 2 * once);
    String slot = one.keySet().iterator().next();
    assertThat(deltasOf(round, out).get(slot)).isNotEqualTo(one.get(slot));
    assertThat(new SiteFit(second, base).join(first, "p", key, later).orElseThrow().epsilon())
        .isEmpty();
  }

  @Test
  void aDamagedKeyIsReported() throws IOException {
    Path file = Files.writeString(temporary.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----");

    assertThatThrownBy(() -> SiteKey.at(file))
        .hasMessage(
            file + ": must hold an Ed25519 key pair in PEM, as haori federate join makes it");
  }
}
