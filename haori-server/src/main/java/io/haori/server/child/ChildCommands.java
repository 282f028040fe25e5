package io.haori.server.child;

import io.haori.core.check.UserError;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts commands of this program as processes. A process has memory and threads of its own, its
 * crash is a failed command, and it is given no way into the registry: neither a token nor the
 * registry's place is in its environment.
 */
public final class ChildCommands {
  /** What a command's environment must not say. */
  private static final List<String> SECRET =
      List.of("HAORI_TOKEN", "HAORI_REGISTRY", "HAORI_BLOBS", "HAORI_TERMINAL");

  private final WorkSettings work;

  /** Of a server. */
  public ChildCommands(WorkSettings work) {
    this.work = work;
  }

  /**
   * Starts a command.
   *
   * @param arguments of the program, without the number of threads
   * @param variables of its environment besides this process's
   * @param line hears each line of stderr, on a thread of its own
   * @throws UserError when the system starts no process
   */
  public ChildProcess start(
      List<String> arguments, Map<String, String> variables, Consumer<String> line) {
    List<String> command = new ArrayList<>(work.command());
    command.addAll(arguments);
    command.add("--threads");
    command.add(String.valueOf(work.threads()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> SECRET.stream().anyMatch(name::startsWith));
    environment.putAll(variables);
    environment.put("HAORI_PROGRESS", "json");
    // What a job said is kept, and the page translates it for whoever looks.
    environment.put("HAORI_LANG", "en");
    for (String variable : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS")) {
      environment.put(variable, String.valueOf(work.threads()));
    }
    try {
      return new ChildProcess(builder.start(), line);
    } catch (IOException e) {
      throw new UserError(
          "The process of a job cannot be started: " + String.valueOf(e.getMessage()), e);
    }
  }
}
