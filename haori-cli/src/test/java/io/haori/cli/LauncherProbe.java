package io.haori.cli;

import java.util.List;

/** Takes the place of the command line in a jar that {@link LauncherTest} lets the launcher run. */
final class LauncherProbe {
  private LauncherProbe() {}

  public static void main(String[] arguments) {
    System.out.println("ran with " + List.of(arguments));
    if (arguments.length == 1 && arguments[0].equals("called")) {
      System.out.println(System.getenv("HAORI_COMMAND"));
    }
    if (arguments.length == 2 && arguments[0].equals("exit")) {
      System.exit(Integer.parseInt(arguments[1]));
    }
  }
}
