package io.haori.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --json} prints: one object on one line of stdout, and nothing else, with {@code
 * command}, the command's own keys in the order they were put, {@code seconds} and {@code
 * peakRssMb}.
 */
public final class JsonResult {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private long earlierPeakMb;

  /**
   * A result without keys of its own yet.
   *
   * @param command the command's name as the user types it, for example {@code data demo}
   */
  public JsonResult(String command) {
    values.put("command", command);
  }

  /**
   * Adds a key.
   *
   * @param key as the command's contract names it
   * @param value a number, text, list, map or record; null where nothing is known
   * @return this result
   */
  public JsonResult put(String key, @Nullable Object value) {
    values.put(key, value);
    return this;
  }

  /**
   * Counts a peak of memory that was forgotten since.
   *
   * @param megabytes as {@link PeakMemory#megabytes} measured it
   * @return this result
   */
  public JsonResult earlierPeak(long megabytes) {
    earlierPeakMb = megabytes;
    return this;
  }

  /**
   * Prints the object as one line.
   *
   * @param console where results go
   * @param seconds wall time of the command, in seconds
   */
  public void print(Console console, double seconds) {
    console.json().println(line(seconds, PeakMemory.megabytes()));
  }

  /**
   * The object as one line.
   *
   * @param seconds wall time of the command, in seconds
   * @param peakMegabytes the most memory that the process held, in MB of 2^20 bytes
   * @return without a line break
   */
  public String line(double seconds, long peakMegabytes) {
    values.put("seconds", Math.round(seconds * 1000) / 1000.0);
    values.put("peakRssMb", Math.max(earlierPeakMb, peakMegabytes));
    return line(values);
  }

  /**
   * One value as one line of JSON.
   *
   * @param value a number, text, list, map or record
   * @return without a line break
   */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName(), e);
    }
  }
}
