package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data and jobs over HTTP; what runs is another program that reports as the real one does. */
final class JobsTest {
  private static final String TUNE = "{\"kind\":\"tune\",\"name\":\"food\",\"data\":\"orders\"}";

  @TempDir Path temporary;
  private TinyRegistry tiny;
  private Path adapter;
  private WorkSettings work;
  private HaoriServer server;
  private Http http;

  @BeforeEach
  void start() {
    tiny = new TinyRegistry(temporary);
    adapter = tiny.adapter("made", "lora", 7, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
    work =
        WorkSettings.usual(temporary.resolve("work"), FakeProgram.command(adapter)).withThreads(3);
    startAgain();
  }

  private void startAgain() {
    server = start(work);
    http = new Http(server);
  }

  private HaoriServer start(WorkSettings settings) {
    return HaoriServer.start(
        ServerSettings.usual().withPort(0).withWork(settings),
        tiny.registry(),
        List.of(tiny.openBase()),
        DType.F32);
  }

  @AfterEach
  void stop() {
    server.close();
    tiny.close();
  }

  private Http.Answer upload(String name, String order) {
    return http.put("/v1/data/" + name + "?file=orders.csv", "text,label\n" + order + ",a\n");
  }

  private String submitted(String body) {
    Http.Answer answer = http.post("/v1/jobs", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  /** Reads the events of a job until it is over, and gives them. */
  private List<JsonNode> watched(String id) {
    List<JsonNode> events = new ArrayList<>();
    http.get("/v1/jobs/" + id + "/events")
        .text()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .forEach(line -> events.add(Http.json(line.substring("data: ".length()))));
    return events;
  }

  private JsonNode ended(String id) {
    List<JsonNode> events = watched(id);
    return events.get(events.size() - 1);
  }

  @Test
  void labelsAndWhatTheyMeanComeWithTheData() {
    String labels = "A01%09leak%0D%0AA02%20%0A";
    Http.Answer uploaded =
        http.put("/v1/data/orders?file=orders.csv&labels=" + labels, "text,label\nfine,a\n");
    assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
    assertThat(uploaded.json().at("/reading/labels").asText()).isEqualTo("A01\tleak\nA02");
    // As the disk has them, after a restart.
    server.close();
    startAgain();
    String id = submitted(TUNE);
    ended(id);
    assertThat(http.get("/v1/jobs/" + id + "/log").text())
        .startsWith("Data: orders@1, threads 3, labels A01\tleak; A02\n");
    Http.Answer refused =
        http.put("/v1/data/orders?file=orders.csv&labels=a%07b", "text,label\nfine,a\n");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("labels must be at most 20000 printable characters, got 3");
  }

  @Test
  void anUploadIsTrainedOnAndBecomesTheNextVersionInTheNameOfWhoStartedIt() {
    tiny.add("food", "lora", 1);
    Http.Answer uploaded = upload("orders", "fine");
    assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
    assertThat(uploaded.json().path("id").asText()).isEqualTo("orders@1");
    assertThat(uploaded.json().at("/check/splits/0/rows").asInt()).isEqualTo(2);
    assertThat(uploaded.text()).doesNotContain(temporary.toString());

    String id = submitted(TUNE);
    JsonNode job = ended(id);
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
    assertThat(job.path("version").asText()).isEqualTo("food@2");
    // Who hears that it is done may ask it at once.
    Http.Answer asked = http.post("/v1/classify", "{'model':'food@2','input':'fine'}");
    assertThat(asked.status()).as(asked.text()).isEqualTo(200);
    assertThat(job.at("/progress/done").asInt()).isEqualTo(2);
    assertThat(http.get("/v1/jobs/" + id).json().at("/result/test/accuracy").asDouble())
        .isEqualTo(0.75);
    // The process is given its number of threads, and has no way into the registry.
    assertThat(http.get("/v1/jobs/" + id + "/log").text())
        .isEqualTo("Data: orders@1, threads 3\nHAORI_TOKEN is null\n");
    var made = tiny.registry().modules().versions(new ModuleName("food")).get(1);
    assertThat(made.status().state()).isEqualTo(State.EVALUATED);
    assertThat(made.version().author()).isEqualTo("anna");
    assertThat(tiny.registry().lifeCycle().evaluations(made.version().id()).get(0).evaluation())
        .satisfies(
            one -> {
              assertThat(one.dataName()).isEqualTo("orders");
              assertThat(one.scores()).containsEntry("accuracy", 0.75);
            });
  }

  @Test
  void howTheBaseIsKeptIsASettingThatChoosesNothingElse() {
    upload("orders", "fine");
    String settings = ",\"settings\":{\"basePrecision\":\"int8\"}}";
    String alone = submitted(TUNE.replace("}", settings));
    ended(alone);
    assertThat(http.get("/v1/jobs/" + alone + "/log").text())
        .startsWith("Data: orders@1, threads 3, base in int8\n");

    String more = submitted(TUNE.replace("}", settings.replace("}}", ",\"lora.rank\":2}}")));
    ended(more);
    assertThat(http.get("/v1/jobs/" + more + "/log").text())
        .startsWith("Data: orders@1, threads 3, base in int8, settings of a file\n");

    assertThat(http.post("/v1/jobs", TUNE.replace("}", settings.replace("8", "2"))).detail())
        .isEqualTo("basePrecision must be one of auto, fp32, bf16, int8, int4, got int2");
    assertThat(
            http.post(
                    "/v1/jobs", TUNE.replace("}", settings.replace("}}", ",\"method\":\"full\"}}")))
                .detail())
        .isEqualTo(
            "basePrecision must be auto, fp32 or bf16 for the method full, which trains the base"
                + " itself, got int8");
  }

  @Test
  void whatIsWrongIsRefusedBeforeItWaits() {
    upload("orders", "fine");
    assertThat(
            http.post("/v1/jobs", "{\"kind\":\"bake\",\"name\":\"x\",\"data\":\"orders\"}")
                .detail())
        .isEqualTo(
            "kind must be one of tune, pretrain, mix, anomaly, compare, analyze, evaluate,"
                + " together, got bake");
    assertThat(http.post("/v1/jobs", TUNE.replace("orders", "other")).detail())
        .isEqualTo("No data named other on this server");
    assertThat(
            http.post("/v1/jobs", TUNE.replace("}", ",\"settings\":{\"trainig.epochs\":2}}"))
                .detail())
        .startsWith("unknown setting \"trainig.epochs\"; did you mean \"training.epochs\"?");
    assertThat(http.post("/v1/jobs", TUNE.replace("}", ",\"base\":\"../../etc\"}")).detail())
        .startsWith("base must be one of ");
    assertThat(http.post("/v1/jobs", TUNE.replace("}", ",\"route\":\"gated\"}")).detail())
        .isEqualTo("route must be left out for tune, got gated");
    assertThat(http.get("/v1/jobs").json().path("data").size()).isZero();
  }

  @Test
  void dataThatCannotBeReadIsNotKept() {
    assertThat(http.put("/v1/data/orders?file=../../orders.csv", "words\nfine\n").detail())
        .isEqualTo("orders.csv:1: must have a column text, got words");
    assertThat(http.put("/v1/data/orders?file=orders.exe", "text\n").detail())
        .isEqualTo("file must be one of csv, tsv, jsonl, xlsx, txt, zip, got orders.exe");
    assertThat(http.put("/v1/data/..%2Forders?file=a.csv", "text\n").status()).isEqualTo(400);
    assertThat(http.get("/v1/data").json().path("data").size()).isZero();
    assertThat(filesUnder(temporary.resolve("work/data"))).isEmpty();
  }

  private static List<String> filesUnder(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(Path::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFileThatIsTooLargeIsRefusedAndLeavesNothing() {
    server.close();
    work = work.withBytes(40, 60);
    startAgain();
    assertThat(upload("orders", "x".repeat(100)).detail())
        .isEqualTo("The file must have at most 40 bytes");
    assertThat(upload("orders", "x".repeat(20)).status()).isEqualTo(201);
    assertThat(upload("orders", "x".repeat(20)).detail())
        .isEqualTo("All data together must have at most 60 bytes");
    assertThat(filesUnder(temporary.resolve("work/data"))).hasSize(2);
  }

  @Test
  void aFullDiskIsOneSentenceAndTheJobCanBeContinued() {
    upload("orders", "full");
    String id = submitted(TUNE);
    JsonNode job = ended(id);
    assertThat(job.path("state").asText()).isEqualTo("failed");
    assertThat(job.path("sentence").asText())
        .isEqualTo("out: cannot be written (No space left on device); nothing was changed");
    assertThat(http.get("/health/ready").status()).isEqualTo(200);
    assertThat(http.post("/v1/jobs/" + id + "/resume", "").status()).isEqualTo(200);
    assertThat(ended(id).path("state").asText()).isEqualTo("failed");
  }

  @Test
  void aCrashOfTheProcessIsAFailedJob() {
    upload("orders", "crash");
    assertThat(ended(submitted(TUNE)).path("sentence").asText())
        .isEqualTo(
            "The process of the job ended with the code 134; its last line was: HAORI_TOKEN is"
                + " null");
  }

  @Test
  void aRunWhoseResultNobodyHeardIsRepeated() {
    upload("orders", "late");
    String id = submitted(TUNE);
    assertThat(ended(id).path("state").asText()).isEqualTo("failed");
    http.post("/v1/jobs/" + id + "/resume", "");
    JsonNode job = ended(id);
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
    assertThat(job.path("version").asText()).isEqualTo("food@1");
  }

  @Test
  void aJobThatIsStoppedSavesWhatItHasAndContinues() {
    upload("orders", "long");
    String id = submitted(TUNE);
    String waiting = submitted(TUNE);
    untilItRuns(id);
    assertThat(http.post("/v1/jobs/" + waiting + "/cancel", "").json().path("state").asText())
        .isEqualTo("cancelled");
    assertThat(http.post("/v1/jobs/" + id + "/cancel", "").status()).isEqualTo(200);
    assertThat(ended(id).path("state").asText()).isEqualTo("cancelled");
    assertThat(http.post("/v1/jobs/" + id + "/cancel", "").detail())
        .isEqualTo("Job " + id + " is over: it is cancelled");
    http.post("/v1/jobs/" + id + "/resume", "");
    assertThat(ended(id).path("state").asText()).isEqualTo("done");
    assertThat(http.get("/v1/jobs/" + id).json().at("/result/resumed").asBoolean()).isTrue();
  }

  @Test
  void dataAndJobsAreDeletedWhenNothingUsesThem() {
    upload("orders", "long");
    String id = submitted(TUNE);
    untilItRuns(id);
    assertThat(http.delete("/v1/data/orders").status()).isEqualTo(409);
    String running = id + ", which is running";
    assertThat(http.delete("/v1/data/orders@1").detail())
        .isEqualTo("Data orders@1 are read by job " + running);
    assertThat(http.delete("/v1/jobs/" + id).detail())
        .isEqualTo("Job " + id + " must be over to be deleted, it is running");
    http.post("/v1/jobs/" + id + "/cancel", "");
    assertThat(ended(id).path("state").asText()).isEqualTo("cancelled");

    upload("orders", "fine");
    String made = submitted(TUNE);
    assertThat(ended(made).path("version").asText()).isEqualTo("food@1");
    assertThat(http.delete("/v1/jobs/" + made).detail())
        .isEqualTo(
            "Job " + made + " holds the evidence of food@1, which is evaluated; retire it first");
    tiny.registry().lifeCycle().retire(VersionId.of("food", 1), "worse");
    assertThat(http.delete("/v1/jobs/" + made).status()).isEqualTo(200);
    assertThat(http.get("/v1/jobs/" + made).status()).isEqualTo(404);
    assertThat(temporary.resolve("work/jobs").resolve(made)).doesNotExist();

    assertThat(http.delete("/v1/data/orders").json().path("deleted").toString())
        .isEqualTo("[\"orders@2\",\"orders@1\"]");
    assertThat(http.get("/v1/data/orders@1").status()).isEqualTo(404);
    assertThat(http.post("/v1/jobs/" + id + "/resume", "").detail())
        .isEqualTo("No data named orders@1 on this server");
    // A number means one content for ever, also after the server was started again.
    server.close();
    startAgain();
    assertThat(upload("orders", "fine").json().path("id").asText()).isEqualTo("orders@3");
    assertThat(
            tiny.registry().maintenance().log(50).stream()
                .filter(one -> one.action().startsWith("delete-"))
                .map(one -> one.outcome() + " " + one.module() + " " + one.details()))
        .containsExactly(
            refusedDeletion("orders", "orders@1", "Data orders@1 are read by job " + running),
            refusedDeletion("orders", "orders@1", "Data orders@1 are read by job " + running),
            refusedDeletion(
                "food", "tune " + id, "Job " + id + " must be over to be deleted, it is running"),
            refusedDeletion(
                "food",
                "tune " + made,
                "Job "
                    + made
                    + " holds the evidence of food@1, which is evaluated; retire it first"),
            "done food {\"deleted\":\"tune " + made + "\"}",
            "done orders {\"deleted\":\"orders@2\"}",
            "done orders {\"deleted\":\"orders@1\"}");
  }

  private static String refusedDeletion(String name, String what, String reason) {
    return "refused " + name + " {\"deleted\":\"" + what + "\",\"refused\":\"" + reason + "\"}";
  }

  /** Waits for the first progress of its process. */
  private void untilItRuns(String id) {
    while (http.get("/v1/jobs/" + id).json().path("progress").isNull()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aServerThatStopsLeavesTheJobToTheNextOne() {
    upload("orders", "long");
    String id = submitted(TUNE);
    untilItRuns(id);
    server.close();
    startAgain();
    JsonNode job = ended(id);
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
    assertThat(http.get("/v1/jobs/" + id).json().at("/result/resumed").asBoolean()).isTrue();
    assertThat(http.get("/v1/data").json().at("/data/0/id").asText()).isEqualTo("orders@1");
  }

  @Test
  void twoServersDoNotShareAFolder() {
    try (HaoriServer second = start(work)) {
      Http other = new Http(second);
      assertThat(other.get("/v1/models").status()).isEqualTo(200);
      assertThat(other.get("/v1/jobs").detail())
          .isEqualTo(
              "This server takes no data and runs no jobs: another server uses the folder "
                  + work.folder()
                  + "; each needs one of its own (the setting work)");
    }
  }
}
