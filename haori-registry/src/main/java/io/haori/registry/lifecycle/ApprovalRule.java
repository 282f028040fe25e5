package io.haori.registry.lifecycle;

import static io.haori.core.check.Check.require;

import io.haori.registry.name.NamePattern;
import io.haori.registry.name.PlainText;
import org.jspecify.annotations.Nullable;

/**
 * What a version must have reached before it is approved.
 *
 * @param pattern modules that it is about
 * @param dataName name of the data set
 * @param split of it
 * @param metric for example {@code accuracy}
 * @param atLeast bound of the metric
 * @param dataDigest SHA-256 that the split's file must have, null for any
 */
public record ApprovalRule(
    NamePattern pattern,
    String dataName,
    String split,
    String metric,
    double atLeast,
    @Nullable String dataDigest) {
  /** What a rule asks that asks for four eyes. */
  public static final String ANOTHER_PERSON = "another person than the author";

  /** What it asks for, in words. */
  public String asks() {
    String any = metric + " on " + dataName + " (" + split + ") of at least " + atLeast;
    return dataDigest == null ? any : any + ", file " + dataDigest;
  }

  /** Checks names and bound. */
  public ApprovalRule {
    PlainText.check("name of the data", dataName);
    PlainText.check("split", split);
    PlainText.check("metric", metric);
    require(Double.isFinite(atLeast), "bound of " + metric, "finite", atLeast);
  }
}
