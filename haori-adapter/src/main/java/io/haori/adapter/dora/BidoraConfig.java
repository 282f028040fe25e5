package io.haori.adapter.dora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.SettingText;
import io.haori.adapter.spi.TrainingStrategy;
import java.util.Map;
import java.util.Set;

/**
 * What can be chosen for BiDoRA.
 *
 * @param dora the layers; their norm is in the graph unless chosen otherwise
 * @param outerShare share of the training rows that the magnitudes learn from; in (0, 1)
 * @param unroll steps of the directions for each of the magnitudes; at least 1
 * @param hypergradient how the magnitudes learn what the directions would do next
 * @param penalty weight λ of the directions' penalty, see {@link DirectionPenalty}; at least 0
 * @param upperRate learning rate of the magnitudes over that of the directions; in (0, 1000]
 * @param lastEpochs most epochs over all training rows with the magnitudes as found; at least 0
 * @param lastRate learning rate of these epochs over the run's; in (0, 1000]
 * @param lastStart where the directions begin in them
 */
public record BidoraConfig(
    DoraConfig dora,
    double outerShare,
    int unroll,
    Hypergradient hypergradient,
    double penalty,
    double upperRate,
    int lastEpochs,
    double lastRate,
    LastStart lastStart) {
  private static final double MOST = 1000;

  /** A fifth of the rows for the magnitudes, central differences, a last phase of 8 epochs. */
  public static final BidoraConfig DEFAULT =
      new BidoraConfig(
          DoraConfig.DEFAULT.withGradient(NormGradient.FULL),
          0.2,
          1,
          Hypergradient.FINITE,
          1e-5,
          1.0,
          8,
          1.0,
          LastStart.CONTINUED);

  /** Checks every bound. */
  public BidoraConfig {
    require(
        outerShare > 0 && outerShare < 1, "bidora.outerShare", "above 0 and below 1", outerShare);
    require(unroll >= 1, "bidora.unroll", "at least 1", unroll);
    require(
        penalty >= 0 && penalty <= Double.MAX_VALUE,
        "bidora.penalty",
        "finite and at least 0",
        penalty);
    requireFactor("bidora.upperRate", upperRate);
    require(lastEpochs >= 0, "bidora.lastEpochs", "at least 0", lastEpochs);
    requireFactor("bidora.lastRate", lastRate);
  }

  private static void requireFactor(String setting, double value) {
    require(value > 0 && value <= MOST, setting, "above 0 and at most " + MOST, value);
  }

  /** The same with a share of the last phase's epochs, one at least where there are any. */
  BidoraConfig shortened(double share) {
    int epochs = lastEpochs == 0 ? 0 : (int) Math.max(1, Math.round(share * lastEpochs));
    return new BidoraConfig(
        dora, outerShare, unroll, hypergradient, penalty, upperRate, epochs, lastRate, lastStart);
  }

  /** All choices by name, those of the layers among them, as {@code --set} takes them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = dora.byName();
    settings.put("outerShare", outerShare);
    settings.put("unroll", unroll);
    settings.put("hypergradient", SettingText.word(hypergradient));
    settings.put("penalty", penalty);
    settings.put("upperRate", upperRate);
    settings.put("lastEpochs", lastEpochs);
    settings.put("lastRate", lastRate);
    settings.put("lastStart", SettingText.word(lastStart));
    return settings;
  }

  /** What the training sees of this. */
  TrainingStrategy.BiLevel levels() {
    return new TrainingStrategy.BiLevel(
        Set.of(DoraLinear.MAGNITUDE),
        outerShare,
        unroll,
        hypergradient,
        upperRate,
        lastEpochs,
        lastRate,
        lastStart);
  }
}
