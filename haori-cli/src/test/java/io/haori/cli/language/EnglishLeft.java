package io.haori.cli.language;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a page in another language still says in English. */
public final class EnglishLeft {
  private static final Pattern NOT_READ =
      Pattern.compile("<(style|script|pre)\\b.*?</\\1>|<!--.*?-->", Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern COMMAND = Pattern.compile("haori [a-z -]+|[a-z]+=\\S+");
  private static final Pattern WORDS = Pattern.compile("[A-Za-z']{2,}(?:,? [a-z']{2,})+");

  private EnglishLeft() {}

  /**
   * Runs of two or more English words that a reader sees.
   *
   * @param html the page
   */
  public static List<String> in(String html) {
    String text = TAG.matcher(NOT_READ.matcher(html).replaceAll("\n")).replaceAll("\n");
    return WORDS
        .matcher(COMMAND.matcher(text).replaceAll("_"))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
