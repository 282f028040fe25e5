package io.haori.cli.session;

import io.haori.cli.terminal.Flags;
import io.haori.inference.tokens.PictureReader;
import io.haori.inference.tokens.RowReader;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.data.summary.SplitSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a dataset is and what is doubtful about it, on stderr before anything is learnt from it. */
public final class DataNotes {
  private DataNotes() {}

  /**
   * Prints counts, unless the user wants quiet, and warnings in any case.
   *
   * @param session what the command runs in
   * @param common says whether it is to be quiet
   * @param data as it was read
   * @param reader of the base; null when it is not open
   * @param maxLength tokens of a row that are read
   */
  public static void show(
      Session session,
      CommonOptions common,
      Dataset data,
      @Nullable RowReader reader,
      int maxLength) {
    DataSummary summary = DataSummary.of(data, reader, maxLength);
    session.note(common, heading(data));
    for (SplitSummary split : summary.splits()) {
      if (split.rows() > 0) {
        session.note(
            common, "  " + (data.train().isOfPictures() ? line(split, reader) : line(split)));
      }
    }
    for (DataWarning warning : summary.warnings()) {
      session.console().err().println("Warning: " + sentence(warning) + ".");
    }
  }

  /**
   * Prints where prompts with answers are from, and how a single file was split.
   *
   * @param session what the command runs in
   * @param common says whether it is to be quiet
   * @param data as it was read
   */
  public static void show(Session session, CommonOptions common, PromptedDataset data) {
    session.note(common, heading(data.folder(), data.splitBy()));
  }

  /**
   * Prints the warnings of one of several domains, about which no base was asked.
   *
   * @param session what the command runs in
   * @param name of the domain
   * @param data its rows
   */
  public static void warn(Session session, String name, Dataset data) {
    for (DataWarning warning : DataSummary.of(data, null, 0).warnings()) {
      session.console().err().println("Warning: " + name + ": " + sentence(warning) + ".");
    }
  }

  private static String heading(Dataset data) {
    String whole =
        data.validation().rows().isEmpty() ? " (the validation rows are learnt from, too)" : "";
    return heading(data.folder(), data.splitBy()) + whole;
  }

  private static String heading(Path folder, @Nullable String splitBy) {
    return "Data: " + folder + (splitBy == null ? "" : ", split " + splitBy);
  }

  /** Of pictures: how large the base sees them. */
  private static String line(SplitSummary split, @Nullable RowReader reader) {
    List<String> parts = new ArrayList<>();
    parts.add(String.format(Locale.ROOT, "%-10s %,d pictures", split.name(), split.rows()));
    if (!split.labels().isEmpty()) {
      parts.add(split.labels().size() + " labels");
    }
    if (reader instanceof PictureReader pictures) {
      parts.add(
          "seen at "
              + pictures.input().steps().height()
              + " x "
              + pictures.input().steps().width()
              + " pixels");
    }
    return String.join(", ", parts);
  }

  private static String line(SplitSummary split) {
    List<String> parts = new ArrayList<>();
    parts.add(String.format(Locale.ROOT, "%-10s %,d rows", split.name(), split.rows()));
    if (!split.labels().isEmpty()) {
      parts.add(split.labels().size() + " labels");
    }
    parts.add(
        split.coverage() == null
            ? String.format(Locale.ROOT, "longest text %,d characters", split.longestCharacters())
            : String.format(Locale.ROOT, "longest text %,d tokens", split.coverage().longest()));
    if (split.duplicates() > 0) {
      parts.add(String.format(Locale.ROOT, "%,d repeated", split.duplicates()));
    }
    return String.join(", ", parts);
  }

  /** A warning that names flags, not settings. */
  public static DataWarning withFlags(DataWarning warning) {
    return new DataWarning(
        warning.kind(),
        warning.count(),
        Flags.inPlaceOfSettings(warning.sentence()),
        warning.examples());
  }

  /** A warning with its first places. */
  public static String sentence(DataWarning warning) {
    String sentence = Flags.inPlaceOfSettings(warning.sentence());
    if (warning.examples().isEmpty()) {
      return sentence;
    }
    long more = warning.count() - warning.examples().size();
    return sentence
        + ": "
        + String.join(", ", warning.examples())
        + (more > 0 ? String.format(Locale.ROOT, " and %,d more", more) : "");
  }
}
