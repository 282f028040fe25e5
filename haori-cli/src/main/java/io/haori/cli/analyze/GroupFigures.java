package io.haori.cli.analyze;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.Grouping;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.Recommendation;
import io.haori.analysis.transfer.TransferAnalysis;
import java.util.ArrayList;
import java.util.List;

/**
 * What a proposed grouping was expected to do and what it did.
 *
 * @param names of the domains
 * @param bests the best partition into one, two … models, by the validation rows
 * @param proposed the one that was trained
 * @param overAlone the groups' models against one of each domain, on the test rows
 * @param overJoint the groups' models against the one of all, on the test rows
 */
record GroupFigures(
    List<String> names,
    List<Grouping> bests,
    Grouping proposed,
    TransferAnalysis overAlone,
    TransferAnalysis overJoint) {
  /** Whether the groups do at least as well as both, on average over the domains. */
  boolean held() {
    return overAlone.meanGain().estimate() >= 0 && overJoint.meanGain().estimate() >= 0;
  }

  List<String> names(List<Integer> group) {
    return group.stream().map(names::get).toList();
  }

  List<List<String>> groupNames() {
    return proposed.groups().stream().map(this::names).toList();
  }

  List<String> sentences() {
    Interval alone = overAlone.meanGain();
    Interval joint = overJoint.meanGain();
    List<String> sentences = new ArrayList<>();
    sentences.add(answer(alone, joint));
    sentences.add(compared("a model for each domain", alone, overAlone.measure()));
    sentences.add(compared("one model of all", joint, overJoint.measure()));
    if (!proposed.exhaustive()) {
      sentences.add(
          "With more than "
              + Grouping.MOST_EXHAUSTIVE
              + " domains not all partitions were looked at: groups were joined step by step.");
    }
    return sentences;
  }

  private String answer(Interval alone, Interval joint) {
    String groups =
        Recommendation.listed(
            groupNames().stream().map(group -> "{" + String.join(", ", group) + "}").toList());
    if (!held()) {
      boolean likesJoint = joint.estimate() < 0;
      return "The proposal failed: "
          + groups
          + " do worse on the test rows than "
          + (likesJoint && alone.estimate() < 0
              ? "one model of all and than a model for each domain."
              : likesJoint ? "one model of all." : "a model for each domain.");
    }
    if (alone.low() > 0 && joint.low() > 0) {
      return "Group: " + groups + " do better than one model of all and than a model for each.";
    }
    return "Group or not: "
        + groups
        + " do no worse, but it is not shown that they do better than "
        + (alone.low() > 0
            ? "one model of all."
            : joint.low() > 0
                ? "a model for each domain."
                : "one model of all or a model for each domain.");
  }

  private static String compared(String than, Interval gain, Measure measure) {
    return "The groups' models against "
        + than
        + ": "
        + measure.withInterval(gain)
        + " on average over the domains"
        + (gain.excludesZero() ? "." : ", which may be chance.");
  }
}
