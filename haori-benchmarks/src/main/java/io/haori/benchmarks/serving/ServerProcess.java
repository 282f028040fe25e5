package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, as its users start it. */
final class ServerProcess implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final String url;

  private ServerProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts {@code haori serve} and waits until it takes requests.
   *
   * @param program the launcher
   * @param log what it says on stderr is added to it
   * @param arguments of the command
   * @throws IllegalStateException when it ends instead
   */
  static ServerProcess start(String program, Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program, "serve", "--json"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    // Not closed: the server would meet a closed pipe.
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException("The server did not start; " + log + " says why");
    }
    return new ServerProcess(process, MAPPER.readTree(line).path("url").asText());
  }

  String url() {
    return url;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as SIGKILL does, at once and without a word. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * Asks it to end.
   *
   * @return seconds that it took; negative when it had to be killed after a minute
   */
  double stop() throws InterruptedException {
    long began = System.nanoTime();
    process.destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      kill();
      return -1;
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /** What is resident of its memory, in MB (2^20 bytes), on Linux; -1 when it has ended. */
  double residentMb() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
