package io.haori.training.multidomain;

import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Targets;
import io.haori.training.data.Split;
import java.util.ArrayList;
import java.util.List;

/** Counts what the models of sets of domains got right. */
final class DomainSetScores {
  private final DomainRows rows;

  DomainSetScores(DomainRows rows) {
    this.rows = rows;
  }

  /** {@code [domains]} accuracies of a model. */
  double[] accuracies(DomainSetRun run, Split split, int[] said) {
    Targets targets = run.targets(split);
    int[] numbers = run.rowsOf(split);
    double[] accuracies = new double[run.plan().domains().size()];
    int at = 0;
    for (int own = 0; own < accuracies.length; own++) {
      int count = rows.count(split, run.plan().domains().get(own));
      int right = 0;
      for (int i = 0; i < count; i++, at++) {
        right += said[at] == targets.classes()[numbers[at]] ? 1 : 0;
      }
      accuracies[own] = (double) right / count;
    }
    return accuracies;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** What a model answers in each of its domains. */
  List<FinishedDomainSet.Answers> answers(
      DomainSetRun run, double[] scores, int[] validation, int[] test) {
    List<List<String>> validated = named(run, Split.VALIDATION, validation);
    List<List<String>> predicted = named(run, Split.TEST, test);
    List<FinishedDomainSet.Answers> answers = new ArrayList<>();
    for (int own = 0; own < scores.length; own++) {
      answers.add(
          new FinishedDomainSet.Answers(
              run.plan().names().get(own), scores[own], validated.get(own), predicted.get(own)));
    }
    return answers;
  }

  /** Names of the classes, domain by domain. */
  private List<List<String>> named(DomainSetRun run, Split split, int[] said) {
    DomainLabels labels = run.heads().labels();
    List<List<String>> all = new ArrayList<>();
    int at = 0;
    for (int own = 0; own < run.plan().domains().size(); own++) {
      int count = rows.count(split, run.plan().domains().get(own));
      List<String> names = new ArrayList<>();
      for (int i = 0; i < count; i++, at++) {
        names.add(labels.heads().get(run.headOf(own)).labels().name(said[at]));
      }
      all.add(names);
    }
    return all;
  }
}
