package io.haori.training.optim;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.SettingText;
import io.haori.core.json.SettingsReader;
import java.util.Map;

/**
 * How the learning rate goes over the steps: up in a straight line, then as the shape says. The
 * factors are those of {@code transformers.get_{constant,linear,cosine}_schedule_with_warmup}.
 *
 * <pre>{@code
 * factor(s) = s / w                                  while s < w, the warm-up
 *             1                                      constant
 *             (T - s) / (T - w)                      linear
 *             (1 + cos(π (s - w) / (T - w))) / 2     cosine
 * }</pre>
 *
 * with {@code s} the steps already done and {@code T} all steps. A training of a single step has no
 * warm-up, in which it would learn nothing.
 *
 * @param shape after the warm-up
 * @param warmupShare share of all steps that {@code w} takes, rounded up; in [0, 1]
 * @param warmupSteps {@code w} itself when above 0; the share must then be 0
 */
public record Schedule(Shape shape, double warmupShare, int warmupSteps) {
  /** What follows the warm-up. */
  public enum Shape {
    /** Stays. */
    CONSTANT,
    /** Falls to 0 in a straight line. */
    LINEAR,
    /** Falls to 0 along half a wave. */
    COSINE
  }

  /** Linear, after a warm-up of 6 % of the steps. */
  public static final Schedule DEFAULT = new Schedule(Shape.LINEAR, 0.06, 0);

  /** Checks the bounds. */
  public Schedule {
    require(warmupShare >= 0 && warmupShare <= 1, "training.warmupShare", "in [0, 1]", warmupShare);
    require(warmupSteps >= 0, "training.warmupSteps", "at least 0", warmupSteps);
    require(
        warmupSteps == 0 || warmupShare == 0,
        "training.warmupSteps",
        "0 when training.warmupShare is above 0",
        warmupSteps);
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run; steps of the warm-up without a share replace the share
   * @param otherwise what is not given
   */
  public static Schedule read(SettingsReader settings, Schedule otherwise) {
    SettingsReader training = settings.within("training");
    int steps = training.whole("warmupSteps", otherwise.warmupSteps);
    boolean replaced = steps > 0 && steps != otherwise.warmupSteps;
    return new Schedule(
        training.choice("schedule", otherwise.shape),
        training.number("warmupShare", replaced ? 0 : otherwise.warmupShare),
        steps);
  }

  /** All choices by the names that {@code --set} has for them. */
  public Map<String, Object> byName() {
    return Map.of(
        "training.schedule", SettingText.word(shape),
        "training.warmupShare", warmupShare,
        "training.warmupSteps", warmupSteps);
  }

  /**
   * What to multiply the learning rate with.
   *
   * @param done steps done before this one; from 0
   * @param all steps of the whole training
   * @return in [0, 1]
   */
  public double factor(int done, int all) {
    int wanted = warmupSteps > 0 ? warmupSteps : (int) Math.ceil(all * warmupShare);
    int warmup = all > 1 ? wanted : 0;
    if (done < warmup) {
      return (double) done / warmup;
    }
    double rest = Math.max(1, all - warmup);
    // StrictMath: a resumed run must see the same bits as an uninterrupted one.
    return switch (shape) {
      case CONSTANT -> 1;
      case LINEAR -> Math.max(0, (all - done) / rest);
      case COSINE -> (1 + StrictMath.cos(Math.PI * Math.min(1, (done - warmup) / rest))) / 2;
    };
  }
}
