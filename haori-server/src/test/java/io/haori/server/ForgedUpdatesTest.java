package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.client.ClientSettings;
import io.haori.client.FederatedRound;
import io.haori.client.Federation;
import io.haori.client.HaoriClient;
import io.haori.client.ProblemException;
import io.haori.client.RetryPolicy;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.ForgedUpdate;
import io.haori.training.federated.ForgedUpdate.Content;
import io.haori.training.federated.ForgedUpdate.Forgery;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signature says who wrote an update, not that a fit did: what it holds is checked as well. */
final class ForgedUpdatesTest {
  private static final String A = "module.encoder.layer.0.attention.self.query.lora_A.weight";

  @TempDir Path temporary;
  private TinyRegistry tiny;
  private HaoriServer server;
  private TinyRounds rounds;

  @BeforeEach
  void start() {
    tiny = new TinyRegistry(temporary);
    rounds = new TinyRounds(temporary, tiny.base());
    WorkSettings work = WorkSettings.usual(temporary.resolve("work"), List.of("none"));
    server = tiny.serve(ServerSettings.usual().withWork(work));
  }

  @AfterEach
  void stop() {
    server.close();
    tiny.close();
  }

  private Federation federation(String name) {
    return new HaoriClient(ClientSettings.of(server.url()).withRetry(RetryPolicy.NONE))
        .federation(name);
  }

  /** Changes the first number of a tensor. */
  private static Forgery number(String tensor, float number) {
    return content -> {
      Tensor good = content.tensors().get(tensor);
      float[] numbers = good.toFloats();
      numbers[0] = number;
      content.tensors().put(tensor, Tensors.of(numbers, good.shape()));
    };
  }

  private static Forgery fact(Consumer<ObjectNode> change) {
    return content -> change.accept(content.facts());
  }

  /** Rank 1 in place of 2, in facts and shapes. */
  private static void ofAnotherRank(Content content) {
    ((ObjectNode) content.facts().path("settings")).put("rank", "1");
    content
        .tensors()
        .replaceAll(
            (name, good) -> {
              long[] shape = good.shape();
              int rank = name.endsWith("A.weight") ? 0 : name.endsWith("B.weight") ? 1 : -1;
              if (rank < 0) {
                return good;
              }
              shape[rank] = 1;
              int count = (int) (shape[0] * shape[1]);
              return Tensors.of(Arrays.copyOf(good.toFloats(), count), shape);
            });
  }

  /** Whatever is forged, by the sentence that refuses it. */
  private static Map<String, Forgery> forgeries() {
    Map<String, Forgery> all = new LinkedHashMap<>();
    all.put("'" + A + "' must hold finite numbers, got NaN", number(A, Float.NaN));
    all.put(
        "'head.bias' must hold finite numbers, got Infinity",
        number("head.bias", Float.POSITIVE_INFINITY));
    all.put("numbers of " + A + " must be in [-1e6, 1e6], got 1.0E30", number(A, 1e30f));
    all.put(
        "type of head.bias must be F32, got F64",
        content -> content.tensors().computeIfPresent("head.bias", (name, t) -> t.to(DType.F64)));
    all.put("lora.rank must be 2 as in the round, got 1", ForgedUpdatesTest::ofAnotherRank);
    all.put(
        "shape of encoder.layer.0.attention.self.query.lora_A.weight must be [2, 32] for this base"
            + " and rank, got [1, 32]",
        content -> {
          String rank = content.facts().path("settings").path("rank").asText();
          ofAnotherRank(content);
          ((ObjectNode) content.facts().path("settings")).put("rank", rank);
        });
    all.put(
        "lora.targets must be query,value as in the round, got query",
        fact(facts -> ((ObjectNode) facts.path("settings")).put("targets", "query")));
    all.put(
        "must hold the tensor " + A + ", as every site of the round does",
        content -> content.tensors().remove(A));
    all.put(
        "tensors must be those of the layers of the round alone, got module.more",
        content -> content.tensors().put("module.more", Tensors.zeros(DType.F32, 2)));
    all.put(
        "method must be lora as in the round, got full",
        fact(facts -> facts.put("method", "full")));
    all.put(
        "base must be NAME with the digest BASE, got 00",
        fact(facts -> facts.put("baseDigest", "00")));
    all.put("round must be 0, got 3", fact(facts -> facts.put("round", 3)));
    all.put(
        "digest of its round must be ROUND as the round has it, got 00",
        fact(facts -> facts.put("roundDigest", "00")));
    all.put(
        "rows must be a whole number in [1, 1000000000], got 4000000000",
        fact(facts -> facts.put("rows", 4_000_000_000L)));
    all.put("labels must be different, in order, got others", fact(ForgedUpdatesTest::twice));
    all.put(
        "classifier.weight must be in the adapter with the shape [4, 32], got [3, 32]",
        fact(facts -> facts.withArray("labels").add("d")));
    all.put(
        "sampling rate must be in (0, 1], got 7.0",
        fact(facts -> facts.putObject("noise").put("samplingRate", 7)));
    return all;
  }

  private static void twice(ObjectNode facts) {
    facts.withArray("labels").set(1, facts.withArray("labels").get(0));
  }

  @Test
  void eachIsOneSentenceByUploadAndByFileAndTheRoundGoesOn() {
    Path round = rounds.begin("round0", Aggregation.STACK);
    Federation plants = federation("plants");
    plants.begin(round);
    Path a = rounds.join(round, "a", 12);
    Path b = rounds.join(round, "b", 24);
    plants.handIn(b);

    forgeries()
        .forEach(
            (sentence, forgery) -> {
              Path forged =
                  ForgedUpdate.of(a, rounds.key("a"), forgery, temporary.resolve("a.forged"));
              String wanted =
                  sentence
                      .replace("BASE", tiny.base().digest())
                      .replace("NAME", tiny.base().name())
                      .replace("ROUND", RoundFolder.digest(round));
              refused(plants, forged, wanted);
              Path out = temporary.resolve("next");
              assertThatThrownBy(
                      () -> RoundMerge.merge(round, List.of(b, forged), tiny.base(), out))
                  .isInstanceOf(UserError.class)
                  .hasMessage(forged + ": " + wanted);
              assertThat(out).doesNotExist();
            });

    assertThat(plants.newest().handedIn())
        .extracting(FederatedRound.SiteFile::site)
        .containsExactly("b");
    plants.handIn(a);
    assertThat(plants.merge(List.of()).past().get(0).sites()).containsExactly("b", "a");
    assertThat(RoundMerge.merge(round, List.of(b, a), tiny.base(), temporary.resolve("next")))
        .extracting(Round::number)
        .isEqualTo(1);
  }

  private static void refused(Federation plants, Path file, String sentence) {
    assertThatThrownBy(() -> plants.handIn(file))
        .as(sentence)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status()).isBetween(400, 499))
        .hasMessage("file: " + sentence);
  }

  @Test
  void aSiteThatChangesTheSharedFactorIsNamedWhenItHandsIn() {
    Path round = rounds.begin("shared0", Aggregation.SHARED_A);
    Federation plants = federation("shared");
    plants.begin(round);
    Path a = rounds.join(round, "a", 12);
    Path forged = ForgedUpdate.of(a, rounds.key("a"), number(A, 0.5f), temporary.resolve("forged"));
    String sentence =
        "A of encoder.layer.0.attention.self.query must be the shared one, which no site changes";

    refused(plants, forged, sentence);
    Path out = temporary.resolve("next");
    assertThatThrownBy(() -> RoundMerge.merge(round, List.of(forged), tiny.base(), out))
        .isInstanceOf(UserError.class)
        .hasMessage(forged + ": " + sentence);
    plants.handIn(a);
    assertThat(plants.merge(List.of()).number()).isEqualTo(1);

    Path next = temporary.resolve("shared1");
    plants.download(next);
    Path later = rounds.join(next, "a", 12);
    refused(
        plants,
        ForgedUpdate.of(later, rounds.key("a"), number(A, 0.5f), temporary.resolve("forged1")),
        sentence);
    plants.handIn(later);
    assertThat(plants.merge(List.of()).number()).isEqualTo(2);
  }
}
