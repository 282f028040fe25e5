package io.haori.cli.session;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.TokenizedRows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Warns where a task that reads every word gets texts whose words it cannot tell, or cuts. */
public final class WordsNote {
  private final Session session;
  private final CommonOptions common;
  private final Path source;
  private boolean said;

  /**
   * Nothing said yet.
   *
   * @param session where warnings are shown
   * @param common may ask for quiet
   * @param source of the rows, as errors name it
   */
  public WordsNote(Session session, CommonOptions common, Path source) {
    this.session = session;
    this.common = common;
    this.source = source;
  }

  /**
   * Looks at rows that are answered.
   *
   * @param task that answers
   * @param rows as they were read
   * @param tokens of the same rows
   */
  public void look(Task task, List<Row> rows, TokenizedRows tokens) {
    if (!task.readsWords()) {
      return;
    }
    for (int row = 0; row < rows.size(); row++) {
      Row one = rows.get(row);
      if (!said && one.isUnsplit()) {
        said = true;
        warn(
            one,
            "has no blanks between words, so it is one word with one tag; give its words as tokens");
      }
      int[] words = tokens.words(row);
      long cut = Arrays.stream(words).filter(first -> first < 0).count();
      if (cut > 0) {
        warn(
            one,
            cut
                + " of "
                + words.length
                + " words are behind the last token that the adapter reads and have no tag");
      }
    }
  }

  private void warn(Row row, String what) {
    session.note(common, "Warning: " + Check.at(source, row.line(), what).getMessage() + ".");
  }
}
