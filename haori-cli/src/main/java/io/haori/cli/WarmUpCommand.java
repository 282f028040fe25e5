package io.haori.cli;

import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.files.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A run of the commands on a few rows, which the launcher makes once after each build: it unpacks
 * the native libraries and the base, and the JVM writes down which classes were loaded, so that the
 * user's runs begin sooner.
 */
@Command(name = "warm-up", hidden = true, description = "What the launcher runs after a build.")
final class WarmUpCommand implements Callable<Integer> {
  /** Runs tune, evaluate, predict and a registry in a temporary folder and shows nothing. */
  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("haori-warm-up-");
    try {
      for (String split : List.of("train", "validation", "test", "corpus")) {
        Files.writeString(
            folder.resolve(split + ".jsonl"),
            """
            {"text": "a plum", "label": "fruit"}
            {"text": "a saw and a drill", "label": "tool"}
            """);
      }
      String data = folder.toString();
      String adapter = folder.resolve("adapter").toString();
      run("--help");
      run("tune", "--data", data, "--out", adapter, "--epochs", "1", "--json", "--quiet");
      run("evaluate", "--adapter", adapter, "--data", data, "--json");
      run("predict", "--adapter", adapter, "--input", data + "/corpus.jsonl");
      run("predict", "--adapter", adapter, "--text", "a plum");
      String registry = folder.resolve("registry").toString();
      run("module", "add", adapter, "--name", "warm", "--registry", registry, "--json");
      run("module", "list", "--registry", registry);
      run("module", "rollback", "warm", "--reason", "none", "--registry", registry);
    } finally {
      AtomicFiles.delete(folder);
    }
    return ExitCode.DONE;
  }

  private static void run(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var console =
        new Console(
            InputStream.nullInputStream(), nowhere, nowhere, false, false, Console.MAX_COLUMNS);
    // A failure costs speed only, and the user's own run will tell it.
    new Main(console, InstantSource.system()).run(arguments);
  }
}
