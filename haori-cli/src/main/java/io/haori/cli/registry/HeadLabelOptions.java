package io.haori.cli.registry;

import io.haori.core.check.Check;
import io.haori.training.data.LabelFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Names of the labels of a head that another program trained. */
public final class HeadLabelOptions {
  @Option(
      names = "--head-labels",
      paramLabel = "FILE",
      description =
          "For a folder of PEFT's, which has no names of labels: one name a line, in the order of"
              + " the head's outputs (default: those of the base itself, else 0, 1, 2 …).")
  @Nullable Path labels;

  /** The names; none without the option. */
  public List<String> names() {
    return labels == null ? List.of() : LabelFile.read(labels);
  }

  /** Refuses the option where there is no head. */
  public void requireNone(CheckedOut source) {
    Check.require(
        labels == null,
        "--head-labels",
        "left out for " + source.shown() + ", which has no head",
        String.valueOf(labels));
  }
}
