package io.haori.analysis.report;

import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;

/** A drawing that needs no JavaScript, for a page, a README, or a file of its own. */
public interface Picture {
  /**
   * The drawing as SVG, whose texts are escaped.
   *
   * @param words says its English words in another language; names stay as they are
   */
  String svg(Catalogue words);

  /** The drawing with English words. */
  default String svg() {
    return svg(Catalogue.of(Language.ENGLISH));
  }

  /**
   * A text as it is written into XML or HTML.
   *
   * @param text anything
   */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
