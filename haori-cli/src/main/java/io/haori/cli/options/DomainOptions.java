package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.HeadChoice;
import io.haori.training.multidomain.Weighting;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How several domains are learnt by one model. */
public final class DomainOptions {
  /** The words for the help. */
  static final class Weightings implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Weighting.words().iterator();
    }
  }

  @Option(
      names = "--heads",
      paramLabel = "NAME",
      description =
          "own: each domain has its head, the same word may mean another thing in each; shared: one"
              + " head (default: shared where all label sets are the same, own where no two have a"
              + " label in common).")
  public @Nullable String heads;

  @Option(
      names = "--weighting",
      paramLabel = "NAME",
      completionCandidates = Weightings.class,
      description = "How much each domain counts: ${COMPLETION-CANDIDATES} (default: uniform).")
  public @Nullable String weighting;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Of the weightings temperature and dwa (default: "
              + DomainSetSettings.DEFAULT_TEMPERATURE
              + ").")
  public @Nullable Double temperature;

  /** Refuses values out of their bounds. */
  public void check() {
    weighting();
    require(
        temperature == null || (temperature >= 1 && temperature <= 1e6),
        "--temperature",
        "at least 1 and at most 1000000",
        String.valueOf(temperature));
    require(
        heads == null || List.of("own", "shared").contains(heads),
        "--heads",
        "own or shared",
        String.valueOf(heads));
  }

  /** Refuses them where a single folder is learnt, which they do not touch. */
  public void requireNone() {
    require(weighting == null, "--weighting", "left out with a single --data", given(weighting));
    require(heads == null, "--heads", "left out with a single --data", given(heads));
    require(
        temperature == null, "--temperature", "left out with a single --data", given(temperature));
  }

  private static String given(@Nullable Object value) {
    return String.valueOf(value);
  }

  public Weighting weighting() {
    return weighting == null
        ? DomainSetSettings.DEFAULT_WEIGHTING
        : Weighting.parse("--weighting", weighting);
  }

  public double temperature() {
    return temperature == null ? DomainSetSettings.DEFAULT_TEMPERATURE : temperature;
  }

  /** What the user chose, null for nothing. */
  public @Nullable HeadChoice heads() {
    return heads == null ? null : heads.equals("own") ? HeadChoice.OWN : HeadChoice.SHARED;
  }
}
