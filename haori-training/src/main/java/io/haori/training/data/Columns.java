package io.haori.training.data;

import org.jspecify.annotations.Nullable;

/**
 * Under which names the parts of a row are in a file: its columns, or the keys of its JSON objects.
 * Null means the usual name, which only text and label must have.
 *
 * @param text the text; usually {@code text}
 * @param textPair the second text of a pair; usually {@code text_pair}
 * @param label usually {@code label}
 * @param domain usually {@code domain}
 * @param group of rows that are kept in one part of a split; usually {@code group}
 */
public record Columns(
    @Nullable String text,
    @Nullable String textPair,
    @Nullable String label,
    @Nullable String domain,
    @Nullable String group) {
  /** The usual names. */
  public static final Columns USUAL = new Columns(null, null, null, null);

  /** With the usual name of the group's column. */
  public Columns(
      @Nullable String text,
      @Nullable String textPair,
      @Nullable String label,
      @Nullable String domain) {
    this(text, textPair, label, domain, null);
  }

  /** The name of the text's column. */
  public String textName() {
    return text == null ? "text" : text;
  }

  /** The name of the second text's column. */
  public String textPairName() {
    return textPair == null ? "text_pair" : textPair;
  }

  /** The name of the label's column. */
  public String labelName() {
    return label == null ? "label" : label;
  }

  /** The name of the domain's column. */
  public String domainName() {
    return domain == null ? "domain" : domain;
  }

  /** The name of the group's column. */
  public String groupName() {
    return group == null ? "group" : group;
  }
}
