package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.serve.JobProgram;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.version.Relation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.testkit.TinyBase;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of job with the program's own commands, each once, on a tiny base and few rows. */
@TestInstance(Lifecycle.PER_CLASS)
final class JobKindsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ONE_EPOCH = "\"settings\":{\"training.epochs\":1,\"maxLength\":16}";

  private final HttpClient client = HttpClient.newHttpClient();
  private Registry registry;
  private HaoriServer server;
  private JobDoor door;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    door = new JobDoor();
    Path base = TinyBase.folder(temporary);
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(temporary.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    server =
        HaoriServer.start(
            ServerSettings.usual()
                .withPort(0)
                .withWork(WorkSettings.usual(temporary.resolve("work"), program())),
            registry,
            List.of(TextBase.open(base.toString(), DType.F32, FetchListener.SILENT)),
            DType.F32);
    Path rows = TinyBase.data(temporary.resolve("rows"), 60, false);
    String labelled = Files.readString(rows.resolve("train.jsonl"));
    put("north", "jsonl", labelled);
    put("south", "jsonl", labelled.replaceFirst("\n", " \n"));
    put("texts", "txt", labelled.replaceAll("(?m)^.*\"text\":\"([^\"]*)\".*$", "$1"));
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    registry.close();
    door.close();
  }

  /**
   * Without its low priority, which leaves it no processor beside the other tests. A fit is a
   * process of its own as it is for users; the other commands run here.
   */
  private List<String> program() {
    List<String> command = JobProgram.command();
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> program =
        new ArrayList<>(command.subList(command.indexOf(java), command.size() - 1));
    program.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    program.addAll(door.arguments("tune"));
    return program;
  }

  private void put(String name, String ending, String content) throws Exception {
    JsonNode answer =
        send(
            HttpRequest.newBuilder(URI.create(url("/v1/data/" + name + "?file=x." + ending)))
                .PUT(BodyPublishers.ofString(content)));
    assertThat(answer.path("id").asText()).as(answer.toString()).isEqualTo(name + "@1");
  }

  private String url(String path) {
    return server.url() + path;
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return JSON.readTree(client.send(request.build(), BodyHandlers.ofString()).body());
  }

  /** Runs a job to its end. */
  private JsonNode done(String body) throws Exception {
    JsonNode job =
        send(
            HttpRequest.newBuilder(URI.create(url("/v1/jobs")))
                .POST(BodyPublishers.ofString("{" + body + "}")));
    String address = "/v1/jobs/" + job.path("id").asText();
    client.send(
        HttpRequest.newBuilder(URI.create(url(address + "/events"))).build(),
        BodyHandlers.ofString());
    JsonNode ended = send(HttpRequest.newBuilder(URI.create(url(address))));
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("done");
    return ended;
  }

  @Test
  void aTableThatNamesPicturesOfTheServersOwnIsNotKept(@TempDir Path folder) throws Exception {
    StringBuilder table = new StringBuilder("image,label\n");
    for (int i = 0; i < 12; i++) {
      Path picture = folder.resolve("secret" + i + ".png");
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      image.createGraphics().fillRect(i, 0, 1 + i % 3, 16 - i);
      assertThat(ImageIO.write(image, "png", picture.toFile())).isTrue();
      table.append(picture).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }

    JsonNode answer =
        send(
            HttpRequest.newBuilder(URI.create(url("/v1/data/pictures?file=x.csv")))
                .PUT(BodyPublishers.ofString(table.toString())));

    assertThat(answer.path("status").asInt()).isEqualTo(400);
    assertThat(answer.path("detail").asText())
        .isEqualTo(
            "file must hold texts, or be a ZIP file of pictures, got rows that name pictures");
    assertThat(send(HttpRequest.newBuilder(URI.create(url("/v1/data")))).findValuesAsText("id"))
        .noneMatch(id -> id.startsWith("pictures"));
  }

  @Test
  void aModuleOfTextsIsMixedAndGatedAndBothKnowTheirParent() throws Exception {
    JsonNode first =
        done("\"kind\":\"pretrain\",\"name\":\"first\",\"data\":\"texts\"," + ONE_EPOCH);
    assertThat(first.path("version").asText()).isEqualTo("first@1");
    assertThat(first.at("/result/domains/0/texts").asInt()).isPositive();
    JsonNode mixed =
        done(
            "\"kind\":\"mix\",\"name\":\"mixed\",\"data\":\"north\",\"modules\":\"first@1\","
                + ONE_EPOCH);
    assertThat(mixed.path("version").asText()).isEqualTo("mixed@1");
    assertThat(mixed.at("/result/contributions").size()).isEqualTo(1);
    assertThat(mixed.at("/result/interval/rows").asInt()).isPositive();
    var version = registry.modules().versions(new ModuleName("mixed")).get(0).version();
    assertThat(version.parents())
        .extracting(one -> one.id() + " " + one.relation())
        .containsExactly("first@1 " + Relation.MIX);
    assertThat(registry.lifeCycle().evaluations(version.id())).hasSize(1);

    JsonNode gated =
        done(
            "\"kind\":\"mix\",\"route\":\"gated\",\"name\":\"gate\",\"data\":\"north\",\"modules\":\"first@1\","
                + ONE_EPOCH);
    assertThat(gated.path("route").asText()).isEqualTo("gated");
    var gate = registry.modules().versions(new ModuleName("gate")).get(0).version();
    assertThat(gate.origin().toString()).contains("gated");
    assertThat(gate.parents()).extracting(one -> one.id().toString()).containsExactly("first@1");
  }

  @Test
  void aVersionIsFittedEvaluatedAndMeasuredTogetherWithAnother(@TempDir Path temporary)
      throws Exception {
    done("\"kind\":\"tune\",\"name\":\"north\",\"data\":\"north\"," + ONE_EPOCH);
    Path copy = temporary.resolve("south");
    registry.modules().export(ModuleReference.parse("north"), copy);
    registry.modules().add(copy, new ModuleName("south"), Addition.plain());
    JsonNode evaluated =
        done("\"kind\":\"evaluate\",\"name\":\"north\",\"data\":\"south\",\"modules\":\"north@1\"");
    assertThat(evaluated.at("/result/interval/rows").asInt()).isPositive();
    assertThat(registry.lifeCycle().evaluations(VersionId.of("north", 1)))
        .extracting(one -> one.evaluation().dataName())
        .containsExactly("north", "south");
    done(
        "\"kind\":\"together\",\"name\":\"north\",\"data\":[\"north\",\"south\"],"
            + "\"modules\":[\"north@1\",\"south@1\"],\"settings\":{\"weights\":[0.5,1]}");
    assertThat(registry.combinations().evidence("north@1*0.5 + south@1", new ModuleName("north")))
        .extracting(one -> one.member() + " " + one.dataName() + " " + one.rows())
        .containsExactly("north@1 north 9", "south@1 south 9");
  }

  @Test
  void methodsAndDomainsAreCompared() throws Exception {
    JsonNode compared =
        done(
            "\"kind\":\"compare\",\"name\":\"methods\",\"data\":\"north\",\"settings\":{"
                + "\"methods\":[{\"name\":\"small\",\"settings\":{\"method\":\"lora\","
                + "\"training.epochs\":1,\"maxLength\":16}},{\"name\":\"frozen\",\"settings\":{\"method\":"
                + "\"frozen\",\"training.epochs\":1,\"maxLength\":16}}],\"seeds\":[1,2]}");
    assertThat(compared.at("/result/rows").size()).isEqualTo(2);
    JsonNode similar =
        done(
            "\"kind\":\"analyze\",\"analysis\":\"similarity\",\"name\":\"likeness\",\"data\":["
                + "\"north\",\"south\"],\"seeds\":1,"
                + ONE_EPOCH);
    assertThat(similar.at("/result/domains").toString()).isEqualTo("[\"north\",\"south\"]");
    assertThat(similar.at("/result/predictors").size()).isEqualTo(3);
  }
}
