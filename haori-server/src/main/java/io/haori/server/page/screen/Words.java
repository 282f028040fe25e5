package io.haori.server.page.screen;

import io.haori.analysis.report.Figures;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How numbers and moments are written on all screens. */
public final class Words {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final int DIGEST_SHOWN = 12;

  private Words() {}

  /**
   * A moment.
   *
   * @param iso as programs read it
   * @param text as people do
   */
  public record Moment(String iso, String text) {}

  /** A moment as templates show it: by the clock of the server's time zone, which is named. */
  public static Moment moment(Instant instant) {
    return moment(instant, ZoneId.systemDefault());
  }

  /** A moment by the clock of a time zone, for example {@code 2026-03-01 18:00 +09:00}. */
  static Moment moment(Instant instant, ZoneId zone) {
    ZonedDateTime there = instant.atZone(zone);
    ZoneOffset offset = there.getOffset();
    String name = offset.equals(ZoneOffset.UTC) ? "UTC" : offset.getId();
    return new Moment(instant.toString(), MOMENT.format(there) + " " + name);
  }

  /** A score: four digits after the point. */
  public static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A score less another one: with its sign. */
  public static String difference(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  /** A share, for example {@code 78.9 %}. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A difference of shares in points, with its sign. */
  public static String points(double difference) {
    return String.format(Locale.ROOT, "%+.1f", 100 * difference);
  }

  /** The first letters of a digest. */
  public static String shortDigest(String digest) {
    return digest.length() <= DIGEST_SHOWN ? digest : digest.substring(0, DIGEST_SHOWN);
  }

  /** A size as the command line and reports have it: in kB of 2^10 or MB of 2^20 bytes. */
  public static String size(long bytes) {
    return Figures.BYTES.text(bytes);
  }
}
