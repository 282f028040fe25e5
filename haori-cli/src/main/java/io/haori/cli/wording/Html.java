package io.haori.cli.wording;

import io.haori.analysis.report.Picture;

/**
 * A piece of HTML whose texts are escaped; also XML.
 *
 * @param code of it
 */
public record Html(String code) {
  /** A text without links. */
  public static Html of(String text) {
    return new Html(Picture.escaped(text));
  }

  /**
   * A text that leads to a place of the same page.
   *
   * @param text plain
   * @param place id of it
   */
  public static Html link(String text, String place) {
    return new Html(
        "<a href=\"#" + Picture.escaped(place) + "\">" + Picture.escaped(text) + "</a>");
  }
}
