package io.haori.training.choice;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.UserError;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.training.augment.Augmentation;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.HeadStart;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The ways that are compared where no method was chosen. Which one is best depends on whether the
 * base's vectors hold the subject already: where they do, a probe or a module that starts from it
 * is ahead; where they do not, a module that moves the vectors by their classes, and with rows
 * enough any of them, one that starts from nothing, too.
 */
public final class Candidates {
  /** The rate at which a contrastive loss moves a module, over the method's usual rate. */
  private static final double CONTRASTIVE_RATE_RATIO = 0.6;

  /** Epochs of each of the two losses are those of the other ways. */
  private static final int CONTRASTIVE_STAGES = 2;

  /** With few rows a module moves farther from the probe than they can tell. */
  private static final double SHARE_OF_PROBE = 0.5;

  /** The rate at which a stored model is trained further, over its method's usual rate. */
  private static final double FURTHER_RATE_RATIO = 0.4;

  /** The same of a mix, whose parts move together. */
  private static final double MIX_RATE_RATIO = 0.2;

  private static final int SHOWN_LABELS = 10;

  private Candidates() {}

  /**
   * The usual ways, the cheapest first. Where copies of rows are wanted, every way with a module
   * also with them, to be taken only if it is ahead.
   *
   * @param basis settings of the module's fit; a learning rate other than the method's usual one
   *     was chosen and is kept
   */
  public static List<Candidate> of(TuneSettings basis) {
    AdapterMethod frozen = MethodCatalogue.create("frozen", Map.of());
    TuneSettings head =
        TuneSettings.of(frozen)
            .withText(basis.text())
            .withSeed(basis.loop().seed())
            .withLabelNames(basis.labelNames());
    String name = basis.method().name();
    double usual = basis.method().usualLearningRate();
    boolean chosen = basis.loop().optimizer().learningRate() != usual;
    TuneSettings bare = basis.withAugmentation(Augmentation.NONE);
    TuneSettings whole = bare.withStartShare(0);
    TuneSettings contrastive = contrastive(whole);
    List<Candidate> ways = new ArrayList<>();
    ways.add(new Candidate("probe", head.withHeadStart(HeadStart.PROBE)));
    ways.add(
        new Candidate(name + " from the probe", halfWay(bare.withHeadStart(HeadStart.PROBE)))
            .asUsual()
            .where(Suits.KNOWN_SUBJECTS));
    ways.add(
        new Candidate(name, whole.withHeadStart(HeadStart.RANDOM))
            .where(Suits.NEW_SUBJECTS_OF_ENOUGH_ROWS));
    ways.add(
        new Candidate(
                name + " contrastive",
                chosen ? contrastive : contrastive.withLearningRate(usual * CONTRASTIVE_RATE_RATIO))
            .asUsual()
            .where(Suits.NEW_SUBJECTS));
    if (!basis.augmentation().equals(Augmentation.NONE)) {
      for (Candidate way : List.copyOf(ways.subList(1, ways.size()))) {
        if (basis.augmentation().mixes() && way.settings().loss().contrasts()) {
          continue;
        }
        TuneSettings more = way.settings().withAugmentation(basis.augmentation());
        ways.add(
            new Candidate(way.name() + " with " + basis.augmentation().word(), more)
                .where(way.suits()));
      }
    }
    return List.copyOf(ways);
  }

  /** The vectors first, in as many epochs as then all together by the labels. */
  private static TuneSettings contrastive(TuneSettings settings) {
    if (!(settings.method().strategy() instanceof TrainingStrategy.Plain)) {
      return settings.withLoss(TuneLoss.CONTRASTIVE);
    }
    LoopConfig loop = settings.loop();
    return settings
        .withLoss(TuneLoss.CONTRASTIVE_FIRST)
        .withLoop(loop.withEpochs(CONTRASTIVE_STAGES * loop.epochs()));
  }

  /** Half of the way to the fit, where the method has one and nothing else was chosen. */
  private static TuneSettings halfWay(TuneSettings settings) {
    boolean chosen = settings.fit().startShare() > 0;
    boolean possible = settings.method().scalesUpdates();
    return possible && !chosen ? settings.withStartShare(SHARE_OF_PROBE) : settings;
  }

  /**
   * A mix of modules that know the task, learnt further from where it starts.
   *
   * @param name of it, as tables show it
   * @param mix the method, which starts from the modules at full strength, such as their mean or
   *     their sum; its modules stay open as long as it is fitted
   * @param basis settings of a new module's fit; a learning rate other than its method's usual one
   *     was chosen and is kept
   */
  public static Candidate mix(String name, AdapterMethod mix, TuneSettings basis) {
    boolean chosen = basis.loop().optimizer().learningRate() != basis.method().usualLearningRate();
    double rate =
        chosen ? basis.loop().optimizer().learningRate() : mix.usualLearningRate() * MIX_RATE_RATIO;
    return new Candidate(
        name,
        basis
            .withMethod(mix)
            .withStartShare(0)
            .withLearningRate(rate)
            .withHeadStart(HeadStart.PROBE));
  }

  /**
   * Two ways to start from a stored model of another domain: its module as it is with a probe on
   * its vectors, near its head, and its module and head trained further.
   *
   * @param name of the model, as tables show it
   * @param folder where it is
   * @param base of both
   * @param basis settings of a new module's fit
   * @param labels of the data
   * @throws io.haori.core.check.UserError when it has no head, is of another base, knows none of
   *     the labels, or writes one of them otherwise
   */
  public static List<Candidate> from(
      String name, Path folder, TextBase base, TuneSettings basis, DomainLabels labels) {
    require(
        AdapterFolder.hasHead(folder),
        "start",
        "a model with a head, such as tune makes",
        name + ", a module without one");
    DomainLabels known = AdapterFolder.describe(folder).labels();
    requireSameSpelling(name, known, labels);
    if (StoredStart.sharedLabels(known, labels) == 0) {
      throw new UserError(
          "start must name a model that knows a label of the data, got "
              + name
              + " with the labels "
              + names(known).stream().limit(SHOWN_LABELS).collect(Collectors.joining(", ")));
    }
    StoredStart fixed = new StoredStart(folder, true);
    TuneSettings settings = fixed.settings(basis.withStartShare(0), base);
    require(
        !settings.method().trainsBase(),
        "start",
        "a model with a module",
        name + ", of full training");
    boolean chosen = basis.loop().optimizer().learningRate() != basis.method().usualLearningRate();
    double rate =
        chosen
            ? basis.loop().optimizer().learningRate()
            : settings.method().usualLearningRate() * FURTHER_RATE_RATIO;
    String probe = "probe on " + name;
    return List.of(
        new Candidate(probe, settings.withHeadStart(HeadStart.PROBE), fixed, false),
        new Candidate(
                "further from " + name,
                settings.withHeadStart(HeadStart.AUTO).withLearningRate(rate),
                new StoredStart(folder, false),
                false)
            .after(probe));
  }

  /** Two spellings of one label would be two labels, one of which nothing new is learnt about. */
  private static void requireSameSpelling(String name, DomainLabels known, DomainLabels labels) {
    List<String> ours = names(labels);
    for (String other : names(known)) {
      for (String one : ours) {
        if (!ours.contains(other) && folded(one).equals(folded(other))) {
          throw new UserError(
              "start must name models whose labels are written as in the data, got "
                  + name
                  + " with \""
                  + other
                  + "\" for \""
                  + one
                  + "\"");
        }
      }
    }
  }

  private static List<String> names(DomainLabels labels) {
    return labels.heads().stream()
        .flatMap(head -> head.labels().names().stream())
        .distinct()
        .toList();
  }

  private static String folded(String label) {
    return Normalizer.normalize(label, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[\\s\\p{Z}_-]+", " ")
        .strip();
  }
}
