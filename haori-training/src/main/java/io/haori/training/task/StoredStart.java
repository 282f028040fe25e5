package io.haori.training.task;

import io.haori.core.digest.Sha256;
import io.haori.core.files.FolderWalk;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.tensor.Tensor;
import io.haori.training.probe.LogisticRegression;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A stored model from which a fit starts: its module, and the rows of its head for labels of the
 * same name.
 *
 * @param adapter folder of a model on the same base
 * @param fixed whether the module stays as it is and only a head is fitted to its vectors, near the
 *     stored one
 */
public record StoredStart(Path adapter, boolean fixed) {
  /**
   * The settings with the stored method and with the pooling that its vectors were made for.
   *
   * @param settings otherwise
   * @param base of the stored model
   */
  public TuneSettings settings(TuneSettings settings, TextBase base) {
    try (TextModel stored = load(base, settings)) {
      return settings
          .withMethod(stored.module().method())
          .withText(settings.text().withPooling(stored.options().pooling()));
    }
  }

  /** The stored model, owned by the caller. */
  TextModel load(TextBase base, TuneSettings settings) {
    return AdapterFolder.load(adapter, base, settings.text().precision());
  }

  /** Digest of the stored files. */
  public String digest() {
    StringBuilder all = new StringBuilder();
    for (Path file : FolderWalk.files(adapter)) {
      all.append(adapter.relativize(file)).append(' ').append(Sha256.of(file)).append('\n');
    }
    return Sha256.of(all.toString());
  }

  /**
   * How many labels of a dataset a stored model knows.
   *
   * @param stored its heads
   * @param wanted those of the data
   */
  public static int sharedLabels(DomainLabels stored, DomainLabels wanted) {
    int shared = 0;
    for (int head = 0; head < wanted.size(); head++) {
      OptionalInt from = match(stored, wanted, head);
      if (from.isPresent()) {
        LabelSet known = stored.heads().get(from.getAsInt()).labels();
        shared +=
            (int)
                wanted.heads().get(head).labels().names().stream()
                    .filter(name -> known.indexOf(name).isPresent())
                    .count();
      }
    }
    return shared;
  }

  /** The only head of the one for the only head of the other, else the one of the same domain. */
  private static OptionalInt match(DomainLabels stored, DomainLabels wanted, int head) {
    return stored.size() == 1 && wanted.size() == 1
        ? OptionalInt.of(0)
        : stored.headOf(wanted.heads().get(head).domain());
  }

  /**
   * Copies the rows of labels that both know.
   *
   * @param stored from
   * @param into to; other rows stay
   */
  static void copy(Heads stored, Heads into) {
    for (int head = 0; head < into.labels().size(); head++) {
      OptionalInt from = match(stored.labels(), into.labels(), head);
      if (from.isEmpty()) {
        continue;
      }
      LabelSet known = stored.labels().heads().get(from.getAsInt()).labels();
      List<String> names = into.labels().heads().get(head).labels().names();
      double[][] weight = weight(into, head);
      double[] bias = bias(into, head);
      double[][] storedWeight = weight(stored, from.getAsInt());
      double[] storedBias = bias(stored, from.getAsInt());
      for (int k = 0; k < names.size(); k++) {
        OptionalInt at = known.indexOf(names.get(k));
        if (at.isPresent()) {
          weight[k] = storedWeight[at.getAsInt()];
          bias[k] = storedBias[at.getAsInt()];
        }
      }
      into.replace(head, weight, 1, bias);
    }
  }

  /**
   * What a stored head knows of a dataset's labels: zero for those that it lacks.
   *
   * @param stored from
   * @param wanted labels of the data
   * @param head of the data
   * @param length by which the vectors that the result reads are shorter
   */
  static LogisticRegression prior(Heads stored, DomainLabels wanted, int head, double length) {
    List<String> names = wanted.heads().get(head).labels().names();
    double[][] weights = new double[names.size()][(int) stored.parameters().get(0).value().size(1)];
    double[] intercepts = new double[names.size()];
    OptionalInt from = match(stored.labels(), wanted, head);
    if (from.isPresent()) {
      LabelSet known = stored.labels().heads().get(from.getAsInt()).labels();
      double[][] storedWeights = weight(stored, from.getAsInt());
      double[] storedIntercepts = bias(stored, from.getAsInt());
      for (int k = 0; k < weights.length; k++) {
        OptionalInt at = known.indexOf(names.get(k));
        if (at.isPresent()) {
          weights[k] =
              Arrays.stream(storedWeights[at.getAsInt()]).map(value -> value * length).toArray();
          intercepts[k] = storedIntercepts[at.getAsInt()];
        }
      }
    }
    return new LogisticRegression(weights, intercepts, 0);
  }

  private static double[][] weight(Heads heads, int head) {
    Tensor weight = heads.parameters().get(2 * head).value();
    double[] flat = weight.toDoubles();
    int width = (int) weight.size(1);
    double[][] rows = new double[(int) weight.size(0)][];
    for (int k = 0; k < rows.length; k++) {
      rows[k] = Arrays.copyOfRange(flat, k * width, (k + 1) * width);
    }
    return rows;
  }

  private static double[] bias(Heads heads, int head) {
    return heads.parameters().get(2 * head + 1).value().toDoubles();
  }
}
