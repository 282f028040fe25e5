package io.haori.registry.combination;

import static io.haori.core.check.Check.require;

import io.haori.registry.name.PlainText;
import io.haori.registry.name.VersionId;

/**
 * What a member of a combination did on its own evaluation rows.
 *
 * @param member which version
 * @param dataName name of its data set
 * @param split of it
 * @param dataDigest SHA-256 of the split's file
 * @param metric for example {@code accuracy}
 * @param alone the metric without the others
 * @param together the metric with the others
 * @param rows how many
 */
public record MeasuredMember(
    VersionId member,
    String dataName,
    String split,
    String dataDigest,
    String metric,
    double alone,
    double together,
    int rows) {
  /** Checks names and numbers. */
  public MeasuredMember {
    PlainText.check("name of the data", dataName);
    PlainText.check("split", split);
    PlainText.check("metric", metric);
    require(Double.isFinite(alone), metric + " of " + member + " alone", "finite", alone);
    require(Double.isFinite(together), metric + " of " + member + " together", "finite", together);
    require(rows >= 1, "rows of " + member, "at least 1", rows);
  }

  /** What it loses beside the others; below 0 where it gains. */
  public double loss() {
    return alone - together;
  }
}
