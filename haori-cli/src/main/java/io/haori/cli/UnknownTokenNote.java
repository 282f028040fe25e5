package io.haori.cli;

import io.haori.model.base.Bases;
import io.haori.training.data.TextCoverage;
import java.util.Locale;

/**
 * The warning that a base cannot read most of a text: it sees one and the same mark for all that it
 * has no token for, so that texts which differ look alike to it. Said once a command at most.
 */
final class UnknownTokenNote {
  private final Session session;
  private final CommonOptions common;
  private final String base;
  private boolean said;

  /**
   * Nothing said yet.
   *
   * @param session where the warning is shown
   * @param common may ask for quiet
   * @param base its name, as it was opened
   */
  UnknownTokenNote(Session session, CommonOptions common, String base) {
    this.session = session;
    this.common = common;
    this.base = base;
  }

  /** Warns when more than a tenth of the tokens is unknown. */
  void look(TextCoverage coverage) {
    if (!said && coverage.manyUnknown()) {
      said = true;
      session.note(common, sentence(base, coverage));
    }
  }

  /** The warning. */
  static String sentence(String base, TextCoverage coverage) {
    String reads = Bases.languages(base).map(known -> ", which reads " + known).orElse("");
    String other =
        base.equals(Bases.MULTILINGUAL)
            ? "take a Hugging Face folder of a model for that language (--base FOLDER)"
            : "take --base "
                + Bases.MULTILINGUAL
                + " ("
                + Bases.languages(Bases.MULTILINGUAL).orElseThrow()
                + "), or a Hugging Face folder of a model for that language (--base FOLDER)";
    return String.format(
        Locale.ROOT,
        "Warning: %.0f %% of the tokens are unknown to %s%s; %s.",
        100 * coverage.unknownShare(),
        base,
        reads,
        other);
  }
}
