package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.output.ForceOption;
import io.haori.cli.session.CommonOptions;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.MergedFolder;
import io.haori.inference.model.TextBase;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a base is put that is made from nothing. */
final class MadeBase {
  private static final String RECORD = "haori-run.json";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the base, a Hugging Face folder.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  /** Refuses another base than the one that is made. */
  static void check(CommonOptions common) {
    require(
        common.base == null,
        "--base",
        "left out: the base is made here",
        String.valueOf(common.base));
  }

  /**
   * Writes a base with what it was made by.
   *
   * @param trained whose weights are written
   * @param command that made it
   * @param size as {@code --size} has it
   * @param settings of its training
   */
  void write(TextBase trained, String command, String size, ObjectNode settings) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("command", command).put("size", size);
    record.set("settings", settings);
    AtomicFiles.writeFolder(
        out,
        target -> {
          MergedFolder.write(target, trained);
          AtomicFiles.writeText(target.resolve(RECORD), record.toPrettyString() + "\n");
        });
  }
}
