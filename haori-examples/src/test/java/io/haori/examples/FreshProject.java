package io.haori.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Maven project outside this one, compiled and run the way its author would. Its local repository
 * holds the jars of this build and, as links, all that was fetched before; nothing is written into
 * the user's own repository under {@code io/haori}.
 *
 * @param folder of the project
 * @param classPath as Maven resolved it, with the project's classes
 */
record FreshProject(Path folder, String classPath) {
  private static final Path REPOSITORY = Path.of(System.getProperty("haori.local.repository"));
  private static final String CLASS_PATH_GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

  /**
   * Copies a project and lets Maven compile it.
   *
   * @param template the project
   * @param folder where the copy is made; not there yet
   */
  static FreshProject compile(Path template, Path folder) throws IOException, InterruptedException {
    copy(template, folder);
    linkFetched(Path.of(System.getProperty("haori.fetched.repository")), REPOSITORY);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("haori.maven"), "bin", "mvn").toString());
    command.addAll(List.of("-B", "-q", "-Dmaven.repo.local=" + REPOSITORY));
    if (System.getProperty("haori.offline").equals("offline: true")) {
      command.add("-o");
    }
    command.addAll(List.of("compile", CLASS_PATH_GOAL, "-Dmdep.outputFile=target/class-path"));
    output(folder, command);
    String libraries = Files.readString(folder.resolve("target/class-path")).strip();
    String classes = folder.resolve("target/classes").toString();
    return new FreshProject(folder, classes + File.pathSeparator + libraries);
  }

  /**
   * Runs a program of the project without any option of the JVM.
   *
   * @return what it printed to stdout
   */
  String run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath, program));
    command.addAll(List.of(arguments));
    return output(folder, command);
  }

  /** Names of the jars on its class path. */
  List<String> libraries() {
    return jars(classPath).stream().filter(name -> name.endsWith(".jar")).toList();
  }

  /** Names of the files of a class path. */
  static List<String> jars(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).getFileName().toString())
        .toList();
  }

  private static String output(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    // What the Maven around this test set for itself, and what surefire sets for small tensors.
    builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
    builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS"));
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new AssertionError(
          "exit code " + code + " of " + command + "\n" + printed + Files.readString(errors));
    }
    return printed.replace("\r\n", "\n");
  }

  private static void copy(Path template, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(template)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(template.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** Links each folder of a repository into another, but for those that the other one has. */
  private static void linkFetched(Path from, Path into) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        Path link = into.resolve(entry.getFileName().toString());
        if (Files.isSymbolicLink(link)) {
          Files.delete(link);
        }
        if (!Files.exists(link)) {
          Files.createSymbolicLink(link, entry.toAbsolutePath());
        } else if (!link.equals(REPOSITORY.resolve("io/haori"))) {
          linkFetched(entry, link);
        }
      }
    }
  }
}
