package io.haori.analysis.payback;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a model has paid for itself.
 *
 * @param verdict what follows, by a rule that was fixed beforehand
 * @param within share of all draws in which it has paid for itself in time
 * @param months until then
 * @param monthly what it saves a month, less what it costs
 * @param once what is paid once
 * @param todayMonthly what the work costs a month as it is done today
 * @param outsourcedMonthly what it saves a month over outsourcing, less what it costs; all zero
 *     where that is no choice
 * @param sensitivities what is uncertain, first what matters most
 */
public record Payback(
    Verdict verdict,
    double within,
    Spread months,
    Spread monthly,
    Spread once,
    Spread todayMonthly,
    Spread outsourcedMonthly,
    List<Sensitivity> sensitivities) {
  /** Copies the list. */
  public Payback {
    sensitivities = List.copyOf(sensitivities);
  }

  /** All but the verdict by name, for JSON, which has no infinite numbers: never is null. */
  public Map<String, @Nullable Object> byName() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("within", within);
    map.put("months", months.byName());
    map.put("monthly", monthly.byName());
    map.put("once", once.byName());
    map.put("todayMonthly", todayMonthly.byName());
    map.put("outsourcedMonthly", outsourcedMonthly.byName());
    map.put("sensitivities", sensitivities);
    return map;
  }

  /** What follows. */
  public enum Verdict {
    /** It pays in at least 80 % of the draws. */
    GO_ON,
    /** It pays in at most 20 % of them. */
    STOP,
    /** Neither: what is uncertain decides. */
    NOT_KNOWN;

    private static final double SURE = 0.8;

    /** For JSON, for example {@code go-on}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Verdict of(double within) {
      return within >= SURE ? GO_ON : within <= 1 - SURE ? STOP : NOT_KNOWN;
    }
  }

  /**
   * A number in all draws.
   *
   * @param low 10 % of the draws are below; infinite months mean never
   * @param median half of them are below
   * @param high 10 % are above
   */
  public record Spread(double low, double median, double high) {
    Map<String, @Nullable Object> byName() {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("low", finite(low));
      map.put("median", finite(median));
      map.put("high", finite(high));
      return map;
    }

    private static @Nullable Double finite(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }

  /**
   * What one uncertain number does.
   *
   * @param name of the setting, or {@code accuracy} for what the rows leave open
   * @param atLow share of draws that pay in time where it is low
   * @param atHigh the same where it is high
   * @param changesVerdict whether the verdict is another one at an end
   */
  public record Sensitivity(String name, double atLow, double atHigh, boolean changesVerdict) {}
}
