package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launcher as a process of its own: whatever the locale, a folder has the name that was typed.
 *
 * <p>A shell makes and lists the folders: this JVM may itself run in a locale without their names.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script of the Unix shell")
final class LauncherLocaleTest {
  /** The launcher beside a jar that names this test's classes. */
  @TempDir static Path root;

  @BeforeAll
  static void install() throws IOException {
    Path target = Files.createDirectories(root.resolve("haori-cli/target"));
    Files.copy(Path.of("..", "haori"), root.resolve("haori"));
    Files.createFile(root.resolve("pom.xml"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "io.haori.cli.Main");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath());
    try (OutputStream jar = Files.newOutputStream(target.resolve("haori-cli.jar"))) {
      new JarOutputStream(jar, manifest).close();
    }
    Path state = Files.createDirectories(target.resolve("launcher"));
    // There is an archive of classes already, as the launcher names it: making one takes long.
    for (String version : List.of("java.runtime.version", "java.version")) {
      String name = System.getProperty(version).replaceAll("[^A-Za-z0-9.]", "-");
      Files.write(state.resolve("classes-" + name + ".jsa"), new byte[0]);
    }
    Files.writeString(state.resolve("built"), "\n");
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toUri())
        .map(URI::toASCIIString)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({"LC_ALL=C", "LANG=ja_JP.NOWHERE", "NONE=1"})
  void aFolderHasTheNameThatWasTyped(String locale) throws Exception {
    String said =
        shell(
            locale,
            """
            mkdir '仕 事' && cd '仕 事'
            HAORI_REGISTRY=登録/社内 "$haori" module init --quiet && ls 登録
            "$haori" predict --adapter 登録 --input ない.txt || echo "exit $?"
            """);

    assertThat(said)
        .contains("\n社内\n")
        .contains("ない.txt")
        .endsWith("\nexit 2\n")
        .doesNotContain("?")
        .doesNotContain("\uFFFD");
  }

  @ParameterizedTest
  @CsvSource({
    "LANG=ja_JP.NOWHERE, 実際：0",
    "LC_ALL=C, got 0",
    "HAORI_LANG=ja, 実際：0",
    "LANG=en_US.UTF-8, got 0"
  })
  void theLanguageIsThatOfTheLocaleAlsoWhereItsEncodingIsReplaced(String locale, String words)
      throws Exception {
    assertThat(shell(locale, "\"$haori\" tune --data x --epochs 0 --out y || true\n"))
        .contains(words);
  }

  @Test
  void javaAloneRefusesWhatItsLocaleLost() throws Exception {
    String said =
        shell(
            "LC_ALL=C",
            """
            "$java" -jar "$jar" module init --registry 登録 || echo "exit $?"
            HAORI_REGISTRY=登録 "$java" -jar "$jar" module list || echo "exit $?"
            mkdir 仕事 && cd 仕事
            "$java" -jar "$jar" module init --registry reg || echo "exit $?"
            cd .. && ls
            """);

    String encoding = "must be text in the locale's encoding ANSI_X3.4-1968, got ";
    String cure = "; LC_ALL=C.UTF-8 before the command helps\nexit 2\n";
    assertThat(said.lines().toList())
        .hasSize(7)
        .satisfies(lines -> assertThat(lines.get(6)).isEqualTo("仕事"));
    assertThat(said)
        .startsWith("an argument " + encoding + "\uFFFD".repeat(6) + cure)
        .contains("\nHAORI_REGISTRY " + encoding + "\uFFFD".repeat(6) + cure)
        .contains("\nthe current folder " + encoding + "/");
  }

  /** What a script writes, errors too, in an empty folder. */
  private static String shell(String locale, String script) throws Exception {
    Path folder = Files.createTempDirectory(root, "work");
    Path file = folder.resolveSibling(folder.getFileName() + ".sh");
    Files.writeString(file, script);
    ProcessBuilder builder = new ProcessBuilder("sh", file.toString()).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    String[] variable = locale.split("=", 2);
    builder.environment().put(variable[0], variable[1]);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("java", System.getProperty("java.home") + "/bin/java");
    builder.environment().put("haori", root.resolve("haori").toString());
    builder.environment().put("jar", root.resolve("haori-cli/target/haori-cli.jar").toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
