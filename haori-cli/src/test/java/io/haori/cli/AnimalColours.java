package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tiny decoder and prompts that it can learn to answer: the colour that each animal likes,
 * wherever it is.
 *
 * @param folder gets the base and {@code data}
 */
record AnimalColours(Path folder) {
  private static final List<String> PLACES =
      List.of("at home", "in town", "here", "there", "now", "then", "outside", "inside");

  /** In one order: that of {@code Map.of} changes from run to run. */
  private static final Map<String, String> LIKED =
      new TreeMap<>(Map.of("cat", "red", "cow", "green", "hen", "black"));

  /**
   * Writes both.
   *
   * @param folder where
   * @param heldOut places of the validation and test rows
   */
  static AnimalColours write(Path folder, List<String> heldOut) throws IOException {
    TinyDecoder.folder(folder);
    Path data = Files.createDirectories(folder.resolve("data"));
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (String place : split.equals("train") ? PLACES : heldOut) {
        LIKED.forEach(
            (animal, colour) ->
                lines.add(
                    "{\"prompt\": \"A %s %s is\", \"completion\": \" %s.\"}"
                        .formatted(animal, place, colour)));
      }
      Files.write(data.resolve(split + ".jsonl"), lines);
    }
    return new AnimalColours(folder);
  }

  /**
   * Runs a command.
   *
   * @param line in which {@code BASE} is the base, {@code TMP} the folder and {@code ~} a blank in
   *     an argument
   */
  Cli run(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(
          word.replace("BASE", folder.resolve("models/tiny-llama").toString())
              .replace("TMP", folder.toString())
              .replace('~', ' '));
    }
    return Cli.run(words.toArray(String[]::new));
  }

  /**
   * Learns the modules {@code TMP/parts/colours}, which knows the very answers, and {@code
   * TMP/parts/hens}, which knows something else.
   */
  void learnTwoModules() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      texts.add("A hen " + i + " says cluck at home.");
    }
    Files.write(folder.resolve("hens.txt"), texts);
    Cli made =
        compute(
            "pretrain --base BASE --corpus colours=TMP/data/train.jsonl hens=TMP/hens.txt"
                + " --rank 4 --targets all-linear --epochs 30 --batch-size 8 --lr 5e-3"
                + " --out TMP/parts --quiet");
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
  }

  /**
   * Mixes those modules.
   *
   * @param more of the command
   */
  Cli mix(String more) {
    return compute(
        "mix --modules TMP/parts/colours TMP/parts/hens --base BASE --data TMP/data --quiet"
            + " --json "
            + more);
  }

  /** The same for a command that opens the base, with results that are the same everywhere. */
  Cli compute(String line) {
    return run(line + " --precision fp32 --threads 1");
  }
}
