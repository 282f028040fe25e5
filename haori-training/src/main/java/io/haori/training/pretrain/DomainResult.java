package io.haori.training.pretrain;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a domain's module came out.
 *
 * @param name of the domain
 * @param objective that was learnt
 * @param perplexity whether exp(loss) is a perplexity
 * @param texts learnt from
 * @param heldOut texts measured on
 * @param steps done
 * @param tokens of text read, each text once an epoch
 * @param lossStart held-out loss of the base alone
 * @param lossEnd held-out loss with the module
 * @param unknownShare share of the text's tokens that the base's vocabulary lacks; in [0, 1]
 * @param piecesPerWord tokens that a word is cut into on average
 */
public record DomainResult(
    String name,
    String objective,
    boolean perplexity,
    int texts,
    int heldOut,
    int steps,
    long tokens,
    double lossStart,
    double lossEnd,
    double unknownShare,
    double piecesPerWord) {

  /** Whether the base's vocabulary hardly knows the language of the texts. */
  public boolean seemsForeign() {
    return DomainTexts.isForeign(unknownShare, piecesPerWord);
  }

  /** The figures, by name. */
  Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("lossStart", lossStart);
    figures.put("lossEnd", lossEnd);
    if (perplexity) {
      figures.put("perplexityStart", Math.exp(lossStart));
      figures.put("perplexityEnd", Math.exp(lossEnd));
    }
    figures.put("unknownShare", unknownShare);
    figures.put("piecesPerWord", piecesPerWord);
    return figures;
  }
}
