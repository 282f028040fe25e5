package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.serve.JobProgram;
import io.haori.registry.Registry;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server whose jobs are the program's own commands, with a registry of its own.
 *
 * @param served the server and its registry
 * @param door to the process of the test
 * @param client without redirects
 */
record JobServer(TestServer served, JobDoor door, HttpClient client) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Starts one.
   *
   * @param temporary for the registry and the jobs
   * @param real the command that is a process of its own as it is for users; the others run here
   * @param bases that it serves
   */
  static JobServer start(Path temporary, String real, Path... bases) throws IOException {
    JobDoor door = new JobDoor();
    WorkSettings work = WorkSettings.usual(temporary.resolve("work"), program(door, real));
    TestServer served =
        TestServer.start(temporary.resolve("reg"), ServerSettings.usual().withWork(work), bases);
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    return new JobServer(served, door, client);
  }

  /** Without its low priority, which leaves it no processor beside the other tests. */
  private static List<String> program(JobDoor door, String real) {
    List<String> command = JobProgram.command();
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> program =
        new ArrayList<>(command.subList(command.indexOf(java), command.size() - 1));
    program.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    program.addAll(door.arguments(real));
    return program;
  }

  Registry registry() {
    return served.registry();
  }

  HaoriServer server() {
    return served.server();
  }

  String url(String path) {
    return served.url() + path;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)));
  }

  HttpResponse<String> sent(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  JsonNode json(HttpRequest.Builder request) throws Exception {
    return JSON.readTree(sent(request).body());
  }

  /**
   * Uploads data.
   *
   * @param file name that the user's file has
   * @param more fields of the address
   */
  JsonNode put(String name, String file, String more, byte[] content) throws Exception {
    return json(
        request("/v1/data/" + name + "?file=" + file + more)
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  /** What starting a job is answered with. */
  JsonNode started(String body) throws Exception {
    return json(request("/v1/jobs").POST(BodyPublishers.ofString("{" + body + "}")));
  }

  /** Waits for the end of a job, which it reaches. */
  JsonNode done(JsonNode job) throws Exception {
    String address = "/v1/jobs/" + job.path("id").asText();
    sent(request(address + "/events"));
    JsonNode ended = json(request(address));
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("done");
    return ended;
  }

  /** Runs a job to its end. */
  JsonNode done(String body) throws Exception {
    return done(started(body));
  }

  @Override
  public void close() throws IOException {
    served.close();
    door.close();
  }
}
