package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.privacy.NoisySteps;
import io.haori.training.privacy.Privacy;
import io.haori.training.privacy.PrivacyAccountant;
import io.haori.training.task.HeadStart;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A site's part of a round: the round's model is fitted to the site's rows. */
public final class SiteFit {
  private final Path folder;
  private final Round round;
  private final TextBase base;
  private LoopListener listener = LoopListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private @Nullable Path checkpoints;
  private boolean resume;
  private @Nullable Privacy privacy;
  private @Nullable Path collected;
  private @Nullable Path keyFile;

  /**
   * Prepares it.
   *
   * @param folder of the round
   * @param base of the round; stays open
   * @throws io.haori.core.check.UserError when it is another base
   */
  public SiteFit(Path folder, TextBase base) {
    this.folder = folder;
    this.round = RoundFolder.read(folder);
    this.base = base;
    RoundMerge.requireBase(folder, round, base);
  }

  /** The round. */
  public Round round() {
    return round;
  }

  /** Reports progress to this listener. */
  public SiteFit listener(LoopListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; then a checkpoint is written and nothing else. */
  public SiteFit stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Writes checkpoints.
   *
   * @param newFolder where they are
   * @param goOn whether to continue from the one there
   */
  public SiteFit checkpoints(Path newFolder, boolean goOn) {
    checkpoints = newFolder;
    resume = goOn;
    return this;
  }

  /**
   * Gives away little of each training row.
   *
   * @param newPrivacy how little, in this round; null for a fit without noise
   */
  public SiteFit privately(@Nullable Privacy newPrivacy) {
    privacy = newPrivacy;
    return this;
  }

  /**
   * Masks the numbers of the update, as a secure round wants it.
   *
   * @param newCollected what {@link SecureRound#collect} wrote of the shares of all sites
   * @param newKeyFile of the site; its secrets of the round are beside it
   */
  public SiteFit masked(Path newCollected, Path newKeyFile) {
    collected = newCollected;
    keyFile = newKeyFile;
    return this;
  }

  /**
   * How a site's fit went.
   *
   * @param rows training rows
   * @param before scores of the round's model on the site's test rows; empty for round 0, which has
   *     none
   * @param after scores of the site's own model on them
   * @param bytes of the update's file
   * @param epsilon ε of all rounds of this site with this one; empty unless all were private
   */
  public record Joined(
      int rows,
      Map<String, Double> before,
      Map<String, Double> after,
      long bytes,
      OptionalDouble epsilon) {}

  /**
   * Fits and writes the update.
   *
   * @param data of the site
   * @param site its name
   * @param key it signs with
   * @param out file that the update is written to
   * @return empty when it was stopped
   * @throws io.haori.core.check.UserError when the data are no classification of one label set
   */
  public Optional<Joined> join(Dataset data, String site, SiteKey key, Path out) {
    UpdateFile.requireName("site", site);
    String task = data.labels().task().name();
    require(
        task.equals(TaskCatalogue.CLASSIFICATION.name()) && data.labels().size() == 1,
        "task of " + data.folder(),
        TaskCatalogue.CLASSIFICATION.name() + " without domains",
        task + (data.labels().size() == 1 ? "" : " with domains"));
    round.requireKey("key of the site " + site, site, key.shown());
    Masking masking = masking(site);
    TuneSettings settings = round.settings();
    Path model = RoundFolder.model(folder);
    StoredStart start = Files.isDirectory(model) ? new StoredStart(model, false) : null;
    Map<String, Double> before = Map.of();
    if (start != null) {
      settings = start.settings(settings, base);
      try (TextModel stored = AdapterFolder.load(model, base, settings.text().precision())) {
        before = Predictions.of(stored, data.test()).scores().byName();
      }
    }
    Privacy limit = privacy;
    if (limit != null) {
      settings = settings.withHeadStart(HeadStart.RANDOM);
    }
    Tuner tuner =
        new Tuner(base, settings)
            .startFrom(start)
            .privately(limit)
            .keepDown(round.aggregation().keepsDown())
            .listener(listener)
            .stopWhen(stopRequested);
    if (checkpoints != null) {
      tuner.checkpoints(checkpoints, resume);
    }
    try (TunedModel tuned = tuner.tune(data)) {
      if (tuned.training().interrupted()) {
        return Optional.empty();
      }
      int rows = data.train().rows().size();
      NoisySteps noise =
          limit == null ? null : limit.steps(rows, settings.batchSize(), settings.loop().epochs());
      if (masking == null) {
        UpdateFile.write(
            out, round, RoundFolder.digest(folder), site, rows, noise, tuned.model(), key);
      } else {
        SecureMessage update =
            MaskedUpdate.of(
                RoundPlace.of(folder),
                masking.bundle(),
                site,
                key,
                masking.secrets(),
                tuned.model(),
                rows,
                noise);
        AtomicFiles.writeText(out, update.json() + "\n");
      }
      return Optional.of(
          new Joined(
              rows,
              before,
              Predictions.of(tuned.model(), data.test()).scores().byName(),
              out.toFile().length(),
              epsilon(site, limit, noise)));
    }
  }

  /** What an update is masked with. */
  private record Masking(SecureBundle bundle, SiteSecrets secrets) {}

  /**
   * Refuses a secure round without the shares of its sites, and another round with such.
   *
   * @param setting name of the setting, for the message
   * @param round that is joined
   * @param file what {@link SecureRound#collect} wrote; null for none
   */
  public static void requireCollected(String setting, Round round, @Nullable Path file) {
    boolean secure = round.aggregation() == Aggregation.SECURE;
    require(
        secure == (file != null),
        setting,
        secure
            ? "the shares of all sites, which haori federate collect gathers in a secure round"
            : "left out in a round that is not secure",
        file == null ? "none" : file);
  }

  /** Read before anything is fitted; null where the round's numbers are not masked. */
  private @Nullable Masking masking(String site) {
    Path file = collected;
    Path key = keyFile;
    requireCollected("collected", round, file);
    if (file == null || key == null) {
      return null;
    }
    SecureBundle bundle = SecureBundle.read(file, RoundPlace.of(folder));
    MaskedUpdate.requireMember(bundle, file, site);
    return new Masking(bundle, SiteSecrets.read(SiteSecrets.file(key, round)));
  }

  /** What the site's rounds give away together, where each had noise. */
  private OptionalDouble epsilon(String site, @Nullable Privacy limit, @Nullable NoisySteps noise) {
    List<NoisySteps> runs = new ArrayList<>();
    for (Round.Member part : round.partsOf(site)) {
      NoisySteps before = part.noise();
      if (before == null) {
        return OptionalDouble.empty();
      }
      runs.add(before);
    }
    if (limit == null || noise == null) {
      return OptionalDouble.empty();
    }
    runs.add(noise);
    return OptionalDouble.of(PrivacyAccountant.epsilon(runs, limit.delta()));
  }
}
