package io.haori.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher as it lies in the zip: {@code bin/haori} beside the jars, and no source tree. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for POSIX shells")
class LauncherTest {
  @TempDir Path temporary;
  private Path unpacked;
  private Path cache;
  private Path tools;

  /** What a run of the launcher gave. */
  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void unpack() throws IOException {
    unpacked = temporary.resolve("haori of tests");
    cache = temporary.resolve("cache");
    tools = Files.createDirectories(temporary.resolve("tools"));
    Path bin = Files.createDirectories(unpacked.resolve("bin"));
    Files.copy(Path.of("../haori"), bin.resolve("haori")).toFile().setExecutable(true);
    Path maven =
        Files.writeString(tools.resolve("mvn"), "#!/bin/sh\ntouch \"$0.called\"\nexit 1\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LauncherProbe.class.getName());
    String entry = LauncherProbe.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream jar =
            new JarOutputStream(
                Files.newOutputStream(unpacked.resolve("haori-cli.jar")), manifest);
        InputStream code = LauncherProbe.class.getClassLoader().getResourceAsStream(entry)) {
      jar.putNextEntry(new JarEntry(entry));
      code.transferTo(jar);
    }
  }

  private Ran run(Map<String, String> more, String command, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("env", command));
    all.addAll(List.of(arguments));
    Path err = temporary.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(all).directory(tools.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("HAORI_JAVA_OPTS");
    environment.remove("SPARK_HOME");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("XDG_CACHE_HOME", cache.toString());
    environment.put("PATH", tools + ":" + environment.get("PATH"));
    environment.putAll(more);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  @Test
  void runsTheJarsBesideItThroughALinkFromAnyFolderWithoutMaven()
      throws IOException, InterruptedException {
    Files.createSymbolicLink(tools.resolve("haori"), unpacked.resolve("bin/haori"));
    Ran first = run(Map.of(), "haori", "predict", "--text", "two words");
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).isEqualTo("ran with [predict, --text, two words]\n");
    assertThat(tools.resolve("mvn.called")).doesNotExist();
    Ran second = run(Map.of(), "haori", "exit", "130");
    assertThat(second).isEqualTo(new Ran(130, "ran with [exit, 130]\n", ""));
  }

  @Test
  void saysHowItWasCalled() throws IOException, InterruptedException {
    String path = unpacked.resolve("bin/haori").toString();
    assertThat(run(Map.of(), path, "called").out()).isEqualTo("ran with [called]\n" + path + "\n");
    Files.createSymbolicLink(tools.resolve("haori"), unpacked.resolve("bin/haori"));
    assertThat(run(Map.of(), "haori", "called").out()).isEqualTo("ran with [called]\nhaori\n");
  }

  @Test
  void keepsItsArchiveOfClassesInTheUsersCache() throws IOException, InterruptedException {
    run(Map.of(), unpacked.resolve("bin/haori").toString());
    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.filter(file -> file.toString().endsWith(".jsa"))).hasSize(1);
    }
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bin", "haori-cli.jar");
    }
  }

  /**
   * A lambda of one of picocli's interfaces, which are compiled for Java 5, would keep that
   * interface and most of picocli out of the archive: the start of every command would be slower.
   */
  @Test
  void noLambdaKeepsPicocliOutOfTheArchive() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("target/classes/io/haori/cli"))) {
      List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertThat(classes).hasSizeGreaterThan(100);
      for (Path file : classes) {
        // What makes a lambda is a call in the table of names whose result is the interface.
        assertThat(Files.readString(file, ISO_8859_1))
            .as(file.toString())
            .doesNotContainPattern("\\)Lpicocli/CommandLine\\$I[A-Z]\\w+;");
      }
    }
  }

  @Test
  void runsWithoutAPlaceForItsArchive() throws IOException, InterruptedException {
    Path file = Files.writeString(temporary.resolve("file"), "in the way");
    Ran ran =
        run(Map.of("XDG_CACHE_HOME", file.toString()), unpacked.resolve("bin/haori").toString());
    assertThat(ran).isEqualTo(new Ran(0, "ran with []\n", ""));
  }

  @Test
  void aWrongJavaHomeIsNamed() throws IOException, InterruptedException {
    Ran ran = run(Map.of("JAVA_HOME", "/no/jdk"), unpacked.resolve("bin/haori").toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("JAVA_HOME must be a JDK, got /no/jdk (no bin/java there)\n");
  }

  @Test
  void sparkIsLookedForWhenItIsAskedFor() throws IOException, InterruptedException {
    String path = unpacked.resolve("bin/haori").toString();
    Ran without = run(Map.of(), path, "pretrain", "--on", "local[2]");
    assertThat(without)
        .isEqualTo(
            new Ran(
                2,
                "",
                "SPARK_HOME must be set for --on: an unpacked Spark 4.0, whose jars are used\n"));
    Ran wrong = run(Map.of("SPARK_HOME", "/no/spark"), path, "compare", "--on=spark://host:7077");
    assertThat(wrong)
        .isEqualTo(
            new Ran(
                2,
                "",
                "SPARK_HOME must be an unpacked Spark 4.0, got /no/spark (no jars there)\n"));
    Ran value = run(Map.of(), path, "predict", "--", "--on");
    assertThat(value.out()).isEqualTo("ran with [predict, --, --on]\n");
  }

  @ParameterizedTest
  @CsvSource({"ja_JP.UTF-8, ''", "en_US.UTF-8, --lang=ja", "C, --lang ja"})
  void itsOwnSentencesAreInTheUsersLanguage(String language, String option)
      throws IOException, InterruptedException {
    Ran ran =
        run(
            Map.of("JAVA_HOME", "/no/jdk", "HAORI_LANG", language),
            unpacked.resolve("bin/haori").toString(),
            option.isEmpty() ? new String[0] : option.split(" ", -1));
    assertThat(ran.err()).isEqualTo("JAVA_HOME は JDK である必要があります（実際：/no/jdk。bin/java がありません）\n");
  }
}
