package io.haori.server.page.screen;

import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.name.NamePattern;

/**
 * What approval asks for, for the words of a language.
 *
 * @param pattern modules of these names
 * @param key of the words
 * @param metric the score; empty for four eyes
 * @param data on which it is measured, with the beginning of its digest where one file is meant
 * @param split of the data
 * @param atLeast the bound
 * @param reached the score of a version; empty where there is none or none is looked at
 * @param fulfilled whether that is enough
 */
public record AskedRule(
    String pattern,
    String key,
    String metric,
    String data,
    String split,
    String atLeast,
    String reached,
    boolean fulfilled) {
  /** A rule about a score, and what was reached; empty where nothing was measured. */
  public static AskedRule of(ApprovalRule rule, String reached, boolean fulfilled) {
    String digest = rule.dataDigest();
    return new AskedRule(
        rule.pattern().text(),
        "rule.score",
        rule.metric(),
        digest == null ? rule.dataName() : rule.dataName() + " " + Words.shortDigest(digest),
        rule.split(),
        String.valueOf(rule.atLeast()),
        reached,
        fulfilled);
  }

  /** The rule that another person than the author must approve. */
  public static AskedRule fourEyes(NamePattern pattern, String author, boolean fulfilled) {
    return new AskedRule(pattern.text(), "rule.fourEyes", "", "", "", "", author, fulfilled);
  }
}
