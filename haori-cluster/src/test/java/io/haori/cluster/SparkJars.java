package io.haori.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The two class paths of the tests: Spark's own, and Haori's, of which each folder is made a jar.
 */
final class SparkJars {
  private SparkJars() {}

  /** Spark's jars, where Maven keeps them. */
  static List<String> spark() {
    return read(Path.of(System.getProperty("haori.spark", "spark/target/class-path")));
  }

  /**
   * More jars, where Maven keeps them.
   *
   * @param name of a file with a class path, below the folder of this module
   */
  static List<String> file(String name) {
    return read(Path.of(name));
  }

  private static List<String> read(Path file) {
    try {
      return Arrays.asList(Files.readString(file).strip().split(File.pathSeparator, -1));
    } catch (IOException e) {
      throw new IllegalStateException(file + " is made by a module below haori-cluster", e);
    }
  }

  /**
   * Haori's jars, this module's first.
   *
   * @param folder gets the jars of folders
   */
  static List<String> haori(Path folder) throws IOException {
    List<Path> folders = new ArrayList<>();
    List<String> jars = new ArrayList<>();
    for (String one : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(one);
      path = Files.exists(path) ? path.toRealPath() : path;
      if (Files.isDirectory(path)) {
        folders.add(path);
      } else if (Files.exists(path) && isHaoris(path.toString())) {
        jars.add(one);
      }
    }
    Path own = folder.resolve("haori-cluster.jar");
    Path rest = folder.resolve("haori-folders.jar");
    jar(own, folders.stream().filter(SparkJars::isOwn).toList());
    jar(rest, folders.stream().filter(one -> !isOwn(one) && !isOfTests(one)).toList());
    jars.add(0, own.toString());
    jars.add(1, rest.toString());
    return jars;
  }

  private static boolean isOwn(Path folder) {
    return Files.exists(folder.resolve("io/haori/cluster/HaoriJob.class"));
  }

  private static boolean isOfTests(Path folder) {
    return Files.exists(folder.resolve("io/haori/cluster/SparkJars.class"));
  }

  /** Whether a jar or folder of the tests' class path is neither Spark's nor the tests'. */
  static boolean isHaoris(String jar) {
    return Stream.of("org/apache/spark", "org/scala-lang", "hadoop-client", "junit", "surefire")
        .noneMatch(jar.replace('\\', '/')::contains);
  }

  private static void jar(Path jar, List<Path> folders) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.setLevel(0);
      Set<String> written = new HashSet<>();
      for (Path folder : folders) {
        try (Stream<Path> all = Files.walk(folder)) {
          for (Path file : all.filter(Files::isRegularFile).toList()) {
            String name = folder.relativize(file).toString().replace('\\', '/');
            if (written.add(name)) {
              out.putNextEntry(new ZipEntry(name));
              Files.copy(file, out);
              out.closeEntry();
            }
          }
        }
      }
    }
  }

  static String path(List<String> jars) {
    return jars.stream().collect(Collectors.joining(File.pathSeparator));
  }
}
