package io.haori.cli.serve;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This program once more, as the process of a job: the same Java with the same options and classes.
 * Where the system has {@code nice}, the job takes what the requests leave of the processors.
 */
public final class JobProgram {
  private static final String MAIN = "io.haori.cli.Main";
  private static final Path NICE = Path.of("/usr/bin/nice");
  private static final String LEVEL = "10";

  /** Options of this process that another one must not have: they take files or ports. */
  private static final List<String> OWN =
      List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrunjdwp", "-Dcom.sun.management");

  private JobProgram() {}

  /** The program and its first arguments. */
  public static List<String> command() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(NICE)) {
      command.addAll(List.of(NICE.toString(), "-n", LEVEL));
    }
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> OWN.stream().noneMatch(argument::startsWith))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    return command;
  }
}
