package io.haori.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which classes there are, where the training rows do not say it. */
public final class ClassOptions {
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names of all classes, one a line, each perhaps with a tab and a description (default:"
              + " labels.txt of the folder, else the labels of the training rows).")
  public @Nullable Path labels;
}
