package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code haori module} as users of one PostgreSQL database type it, each with a token. */
final class RegistryInDatabaseTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private EmbeddedPostgres server;
  private String url;
  private Instant time = Instant.parse("2026-10-01T08:00:00Z");
  private String adminToken = "";

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedPostgres.start();
    url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
    adminToken = done("", "module init --admin root").get("token").textValue();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private Cli run(String token, String arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HAORI_REGISTRY", url);
    environment.put("HAORI_BLOBS", temporary.resolve("blobs").toString());
    environment.put("HAORI_TOKEN", token);
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            100);
    InstantSource clock = () -> time;
    int code =
        new Main(console, clock, environment)
            .run(arguments.replace("$", temporary + "/").split(" "));
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), "");
  }

  private JsonNode done(String token, String arguments) throws IOException {
    Cli run = run(token, arguments + " --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private void refused(String token, String arguments, String sentence) {
    Cli run = run(token, arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  private void adapter(String name, int content) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(name));
    byte[] header =
        "{\"classifier.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(12 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).putFloat(content);
    Files.write(folder.resolve("heads.safetensors"), bytes.array());
    Files.writeString(
        folder.resolve("haori.json"),
        """
        {"formatVersion": 1, "codeVersion": "0.1.0", "method": "frozen", "seed": 42,
         "base": {"name": "minilm", "digest": "b1"}, "heads": [{"domain": "", "labels": ["a"]}],
         "settings": {"method": "frozen"}, "data": {"test": "d"}, "test": {"accuracy": 0.9}}
        """);
  }

  @Test
  void eachPersonDoesWhatTheirRoleAllows() throws IOException {
    adapter("one", 1);
    done(adminToken, "module grant anna author --names food*");
    done(adminToken, "module grant bob approver --names food*");
    String anna = done(adminToken, "module token create anna --days 30").get("token").textValue();
    String bob = done(adminToken, "module token create bob").get("token").textValue();

    assertThat(done(anna, "module add $one --name food").get("module").textValue())
        .isEqualTo("food@1");
    refused(
        anna, "module add $one --name plants", "role of anna for plants must be author, got none");
    refused(
        bob, "module add $one --name food", "role of bob for food must be author, got approver");
    refused(
        bob, "module prune food --energy 0.9", "role of bob for food must be author, got approver");
    refused(
        anna,
        "module merge food food@1 --name plants",
        "role of anna for plants must be author, got none");
    refused(
        anna,
        "module promote food@1 --to approved --reason mine",
        "role of anna for food must be approver, got author");
    refused(
        bob,
        "module promote food@1 --to approved --reason fine --by anna",
        "--by must be you, whom the registry knows as bob, got anna");
    done(bob, "module retire food@1 --by bob");
    List<String> log = new ArrayList<>();
    for (JsonNode entry : done(adminToken, "module log").get("entries")) {
      log.add(entry.get("by").textValue() + " " + entry.get("outcome").textValue());
    }
    assertThat(log).contains("anna done", "anna refused", "bob refused", "bob done");
    assertThat(done(adminToken, "module verify").get("versions").intValue()).isEqualTo(1);
  }

  @Test
  void wrongExpiredAndRevokedTokensAreOneSentenceEach() throws IOException {
    done(adminToken, "module grant anna viewer");
    JsonNode first = done(adminToken, "module token create anna --days 30");
    JsonNode second = done(adminToken, "module token create anna");
    String id = first.get("id").textValue();
    String secondId = second.get("id").textValue();
    done(first.get("token").textValue(), "module list");
    done(adminToken, "module token revoke " + secondId);
    String place = url.replaceFirst("\\?.*", "");

    refused("", "module list", "token of " + place + " must be in HAORI_TOKEN, got nothing");
    refused("x", "module list", "token must be of the form haori_ID_SECRET, got another text");
    String wrong = "haori_" + id + "_" + second.get("token").textValue().substring(17);
    refused(
        wrong, "module list", "token must be one that this registry gave, got haori_" + id + "_…");
    refused(
        second.get("token").textValue(),
        "module list",
        "token haori_" + secondId + "_… was revoked on 2026-10-01");
    time = time.plus(Duration.ofDays(31));
    refused(
        first.get("token").textValue(),
        "module list",
        "token haori_" + id + "_… expired on 2026-10-31");
    Cli log = run(adminToken, "module log --json");
    assertThat(log.out()).contains("expired on").doesNotContain(first.get("token").textValue());
  }
}
