package io.haori.cli.session;

import io.haori.inference.tokens.TextCoverage;
import io.haori.model.base.Bases;
import io.haori.training.data.Split;
import io.haori.training.multidomain.DomainRows;
import java.util.Locale;

/**
 * The warning that a base cannot read most of a text: it sees one and the same mark for all that it
 * has no token for, so that texts which differ look alike to it. Said once a command at most.
 */
public final class UnknownTokenNote {
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
  public UnknownTokenNote(Session session, CommonOptions common, String base) {
    this.session = session;
    this.common = common;
    this.base = base;
  }

  /** Warns when more than a tenth of the tokens is unknown. */
  public void look(TextCoverage coverage) {
    if (!said && coverage.manyUnknown()) {
      said = true;
      session.note(common, sentence(base, coverage));
    }
  }

  /** Warns of each domain of which more than a tenth of the training rows' tokens is unknown. */
  public void look(DomainRows rows) {
    for (int domain = 0; domain < rows.domains().size(); domain++) {
      TextCoverage coverage =
          rows.tokens(Split.TRAIN).select(rows.of(Split.TRAIN, domain)).coverage();
      if (coverage.manyUnknown()) {
        String of = " of " + rows.domains().names().get(domain);
        session.note(common, sentence(base, of, coverage.unknownShare()));
      }
    }
  }

  /** The warning. */
  public static String sentence(String base, TextCoverage coverage) {
    return sentence(base, "", coverage.unknownShare());
  }

  /** The warning where others are listed: without the word before it and the full stop. */
  public static String listed(String base, TextCoverage coverage) {
    String sentence = sentence(base, coverage);
    return sentence.substring("Warning: ".length(), sentence.length() - 1);
  }

  /**
   * The warning before a domain's module is learnt, for which fewer unknown tokens count, and words
   * cut into many pieces do.
   *
   * @param base its name
   * @param domain of the texts
   * @param unknownShare of their tokens, in [0, 1]
   * @param piecesPerWord tokens that a word is cut into on average
   */
  public static String foreign(
      String base, String domain, double unknownShare, double piecesPerWord) {
    return unknownShare > TextCoverage.MANY_UNKNOWN
        ? sentence(base, " of " + domain, unknownShare)
        : String.format(
            Locale.ROOT,
            "Warning: %.1f %% of the tokens of %s are unknown to the base %s, and a word is"
                + " %.1f tokens on average: is it another language?",
            100 * unknownShare,
            domain,
            base,
            piecesPerWord);
  }

  private static String sentence(String base, String of, double unknownShare) {
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
        "Warning: %.0f %% of the tokens%s are unknown to %s%s; %s.",
        100 * unknownShare,
        of,
        base,
        reads,
        other);
  }
}
