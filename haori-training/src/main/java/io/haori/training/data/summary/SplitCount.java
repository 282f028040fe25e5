package io.haori.training.data.summary;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.training.data.DataFile;
import io.haori.training.data.group.TextKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the rows of a split, its labels and tokens, and warns of what is not read of them. */
final class SplitCount {
  /** Longer than any text that is read, so that nothing is cut while it is measured. */
  private static final int UNCUT = 1 << 20;

  private SplitCount() {}

  /**
   * Counts.
   *
   * @param name of the split
   * @param file its rows
   * @param task what they are labelled with
   * @param reader of the base; null to count no tokens
   * @param maxLength tokens of a row that are read
   * @param cuts gets the warnings
   */
  static SplitSummary of(
      String name,
      DataFile file,
      Task task,
      @Nullable RowReader reader,
      int maxLength,
      List<DataWarning> cuts) {
    Map<String, Long> labels = new HashMap<>();
    Set<String> texts = new HashSet<>();
    int longest = 0;
    for (Row row : file.rows()) {
      texts.add(TextKey.of(row));
      int second = row.textPair() == null ? 0 : row.textPair().length();
      longest = Math.max(longest, row.text().length() + second);
      if (row.label() != null) {
        row.label().names().forEach(label -> labels.merge(label, 1L, Long::sum));
      }
    }
    TextCoverage coverage = null;
    if (reader != null) {
      TokenizedRows rows = reader.read(file.rows(), UNCUT, task);
      int[] lengths = rows.lengths();
      // A picture has the tokens that its base reads, whatever texts may have.
      int most = file.rows().stream().anyMatch(row -> row.picture() != null) ? UNCUT : maxLength;
      int cut = (int) Arrays.stream(lengths).filter(length -> length > most).count();
      TextCoverage whole = rows.coverage();
      coverage =
          new TextCoverage(
              lengths.length, cut, whole.longest(), whole.tokens(), whole.unknownTokens());
      cuts(name, file, lengths, most, coverage, cuts);
      if (task.readsWords()) {
        TokenizedRows read = reader.read(file.rows(), maxLength, task);
        words(name, file, read, maxLength, cuts);
      }
    }
    return new SplitSummary(
        name,
        file.path().toString(),
        file.rows().size(),
        labels,
        longest,
        coverage,
        file.rows().size() - texts.size());
  }

  private static void cuts(
      String name,
      DataFile file,
      int[] lengths,
      int maxLength,
      TextCoverage coverage,
      List<DataWarning> cuts) {
    if (coverage.cutRows() == 0) {
      return;
    }
    List<String> examples = new ArrayList<>();
    for (int row = 0; row < lengths.length && examples.size() < RowPlaces.MOST_EXAMPLES; row++) {
      if (lengths[row] > maxLength) {
        examples.add(RowPlaces.position(file.path(), file.rows().get(row)));
      }
    }
    cuts.add(
        new DataWarning(
            "cut",
            coverage.cutRows(),
            String.format(
                Locale.ROOT,
                "%d of %d %s texts are longer than %d tokens and are cut; the longest has %d"
                    + " (the setting maxLength reads more)",
                coverage.cutRows(),
                coverage.rows(),
                RowPlaces.word(name),
                maxLength,
                coverage.longest()),
            examples));
  }

  /** Words that lose their tag, and texts whose words cannot be found. */
  private static void words(
      String name, DataFile file, TokenizedRows rows, int maxLength, List<DataWarning> warnings) {
    int cut = rows.cutWords();
    if (cut > 0) {
      warnings.add(
          new DataWarning(
              "cut-words",
              cut,
              cut
                  + " "
                  + RowPlaces.word(name)
                  + " words are behind the first "
                  + maxLength
                  + " tokens of their row: nothing is learnt of them, and they count as outside",
              List.of()));
    }
    List<Row> unsplit = file.rows().stream().filter(Row::isUnsplit).toList();
    if (!unsplit.isEmpty()) {
      warnings.add(
          new DataWarning(
              "unsplit",
              unsplit.size(),
              unsplit.size()
                  + " "
                  + RowPlaces.word(name)
                  + " texts have no blanks between words, so each is one word; give words as"
                  + " tokens",
              unsplit.stream()
                  .limit(RowPlaces.MOST_EXAMPLES)
                  .map(row -> RowPlaces.position(file.path(), row))
                  .toList()));
    }
  }
}
