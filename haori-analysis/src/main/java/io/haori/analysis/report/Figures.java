package io.haori.analysis.report;

import java.util.Locale;

/** How numbers are written for a person. */
public enum Figures {
  /** A share, in per cent. */
  PERCENT("percent") {
    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }

    @Override
    public String difference(double value) {
      return signed("%.1f", 100 * value) + " points";
    }
  },
  /** A number without a unit, such as a correlation. */
  PLAIN("plain") {
    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "%.3f", value);
    }

    @Override
    public String difference(double value) {
      return signed("%.3f", value);
    }
  },
  /** A whole number. */
  COUNT("count") {
    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
  },
  /** A size in bytes. */
  BYTES("bytes") {
    @Override
    public String text(double value) {
      return value < 1 << 20
          ? String.format(Locale.ROOT, "%.1f kB", value / 1024)
          : String.format(Locale.ROOT, "%.1f MB", value / 1048576);
    }
  },
  /** A time in seconds. */
  SECONDS("seconds") {
    @Override
    public String text(double value) {
      return value < 120
          ? String.format(Locale.ROOT, "%.1f s", value)
          : String.format(Locale.ROOT, "%.1f min", value / 60);
    }
  };

  private final String word;

  Figures(String word) {
    this.word = word;
  }

  /** The kind's name in report.js, which writes the numbers at the axes. */
  String word() {
    return word;
  }

  /** A value with its unit. */
  public abstract String text(double value);

  /** A whole number with its unit. */
  public String text(long value) {
    return text((double) value);
  }

  /** A difference of two values with its sign. */
  public String difference(double value) {
    return (value < 0 ? "−" : "+") + text(Math.abs(value));
  }

  /** What rounds to nothing has no sign. */
  private static String signed(String format, double value) {
    String text = String.format(Locale.ROOT, format, Math.abs(value));
    boolean nothing = Double.parseDouble(text) == 0;
    return (nothing ? "" : value < 0 ? "−" : "+") + text;
  }

  /** The ends of a difference's interval, with one unit. */
  public String interval(double low, double high) {
    String unit = this == PERCENT ? " points" : "";
    return difference(low).replace(unit, "") + " to " + difference(high);
  }

  /** A difference with its interval, short enough for a cell; the header says the unit. */
  public String cell(double estimate, double low, double high) {
    return (difference(estimate) + " (" + interval(low, high) + ")").replace(" points", "");
  }

  /** A p-value. */
  public static String pValue(double p) {
    return p < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
