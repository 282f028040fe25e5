package io.haori.cli.terminal;

import io.haori.core.check.UserError;
import java.nio.file.InvalidPathException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the system gave this process as text: arguments, the current folder, the environment. Java
 * reads them in the locale's encoding and puts U+FFFD where a byte has no meaning in it; a folder
 * of such a name would be another one than the user meant.
 *
 * @param encoding the locale's, for example {@code UTF-8} or {@code ANSI_X3.4-1968}
 * @param folder the current one
 */
public record NativeText(String encoding, String folder) {
  private static final char LOST = '\uFFFD';

  /** Of this process. */
  public static NativeText ofProcess() {
    return new NativeText(
        System.getProperty("sun.jnu.encoding", "unknown"), System.getProperty("user.dir", ""));
  }

  /**
   * Refuses text that was lost on its way here.
   *
   * @param arguments as this process got them
   * @param environment of which Haori's own variables are read
   * @throws UserError naming the first that is not whole
   */
  public void check(String[] arguments, Map<String, String> environment) {
    require(folder, "the current folder");
    for (String argument : arguments) {
      require(argument, "an argument");
    }
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith("HAORI_")) {
                require(value, name);
              }
            });
  }

  private void require(String text, String what) {
    if (text.indexOf(LOST) >= 0) {
      throw new UserError(sentence(what, text));
    }
  }

  /**
   * What is said of a path that has no name in the locale's encoding.
   *
   * @param wrong names the path
   */
  public String sentence(InvalidPathException wrong) {
    return wrong.getInput().indexOf('\0') >= 0
        ? "a path must be without the character 0, got " + wrong.getInput().replace("\0", "\\0")
        : sentence("a path", Objects.requireNonNullElse(wrong.getInput(), ""));
  }

  private String sentence(String what, String text) {
    String cure =
        encoding.equalsIgnoreCase("UTF-8") ? "" : "; LC_ALL=C.UTF-8 before the command helps";
    return what + " must be text in the locale's encoding " + encoding + ", got " + text + cure;
  }
}
