package io.haori.analysis.report;

/**
 * A picture of pixels on a page, which holds the whole file.
 *
 * @param address of the file's content: {@code data:image/png;base64,…} or the same of JPEG
 * @param caption what it is, in words that stay as they are
 */
public record PageImage(String address, String caption) {
  private static final String KIND = "data:image/";

  /** Checks that nothing is loaded from elsewhere. */
  public PageImage {
    if (!address.startsWith(KIND)) {
      throw new IllegalArgumentException("address must begin with " + KIND);
    }
  }

  String html() {
    return "<figure><img src=\""
        + Picture.escaped(address)
        + "\" alt=\"\"><figcaption>"
        + Picture.escaped(caption)
        + "</figcaption></figure>";
  }
}
