package io.haori.analysis.report;

/** A drawing that needs no JavaScript, for a page, a README, or a file of its own. */
public interface Picture {
  /** The drawing as SVG, whose texts are escaped. */
  String svg();

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
