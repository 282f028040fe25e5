package io.haori.core.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The checked header of a safetensors file: {@code u64} length (little-endian), that many bytes of
 * JSON beginning with an opening brace, then the buffer that the entries' offsets count from.
 *
 * @param tensors by name, sorted; every one lies inside the file, and together they fill the buffer
 *     without overlap or hole
 * @param metadata free strings of the writer
 */
public record SafetensorsHeader(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
  /** Types that files may have: 8-bit codes mean nothing without the scales that they are for. */
  public static final List<DType> TYPES =
      Arrays.stream(DType.values()).filter(dtype -> dtype != DType.I8).toList();

  /** A longer header is refused. */
  public static final long MAX_BYTES = 100_000_000;

  /** The engine's own bound on the number of dimensions. */
  private static final int MAX_RANK = 64;

  /** More than any model has; keeps a hostile header of tiny entries from filling the heap. */
  private static final int MAX_ENTRIES = 1_000_000;

  /**
   * Reads and checks everything but the numbers.
   *
   * @param file a safetensors file
   * @return its header
   * @throws UserError in one sentence when the file is missing or anything is not as the format
   *     wants it
   */
  public static SafetensorsHeader read(Path file) {
    try (FileChannel channel = WeightFiles.open(file)) {
      return read(channel, file);
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  /**
   * Reads and checks everything but the numbers.
   *
   * @throws UserError in one sentence when anything is not as the format wants it
   */
  public static SafetensorsHeader read(FileChannel channel, Path file) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw Check.in(file, "is no safetensors file, it is only " + size + " bytes long");
    }
    long length = bytes(channel, file, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_BYTES) {
      String given = Long.toUnsignedString(length);
      String bound = "its header must be at most " + MAX_BYTES + " bytes long, got ";
      throw Check.in(file, "is no safetensors file, " + bound + given);
    }
    if (length > size - 8) {
      throw Check.in(
          file, "is cut off, its header is " + length + " bytes long, the whole file " + size);
    }
    byte[] json = bytes(channel, file, 8, (int) length).array();
    if (json.length == 0 || json[0] != '{') {
      throw Check.in(file, "is no safetensors file, its header must begin with '{'");
    }
    try (Reader reader = JsonFile.strictReader(new ByteArrayInputStream(json));
        JsonParser parser = JsonFile.strictFactory().createParser(reader)) {
      return new Parsing(parser, file, 8 + length, size).header();
    } catch (IOException e) {
      throw JsonFile.refused(file, "the header ", e);
    }
  }

  private static ByteBuffer bytes(FileChannel channel, Path file, long offset, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw Check.in(file, "is cut off inside its header");
      }
    }
    return bytes.flip();
  }

  /** One pass over the header's JSON. */
  private record Parsing(JsonParser json, Path file, long start, long end) {

    SafetensorsHeader header() throws IOException {
      Map<String, StoredTensor> tensors = new TreeMap<>();
      Map<String, String> metadata = new TreeMap<>();
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("__metadata__")) {
          readMetadata(metadata);
        } else {
          tensors.put(name, entry("tensor " + WeightFiles.quote(name)));
        }
        if (tensors.size() + metadata.size() > MAX_ENTRIES) {
          throw Check.in(
              file, "the header must have at most " + MAX_ENTRIES + " entries, has more");
        }
      }
      if (json.nextToken() != null) {
        throw Check.in(file, "the header must be one JSON object, more follows it");
      }
      requireNoHoles(tensors);
      return new SafetensorsHeader(tensors, metadata);
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw Check.in(file, "__metadata__ must be an object of strings");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw Check.in(file, "__metadata__ must be an object of strings");
        }
        metadata.put(key, json.getText());
        if (metadata.size() > MAX_ENTRIES) {
          throw Check.in(
              file, "the header must have at most " + MAX_ENTRIES + " entries, has more");
        }
      }
    }

    private StoredTensor entry(String what) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw Check.in(file, what + " must be an object");
      }
      String type = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
              throw Check.in(file, what + " must have a string as dtype");
            }
            type = json.getText();
          }
          case "shape" -> shape = numbers(what + " must have a shape", MAX_RANK);
          case "data_offsets" -> offsets = numbers(what + " must have data_offsets", 2);
          default ->
              throw Check.in(file, what + " has an unknown key '" + JsonFile.printable(key) + "'");
        }
      }
      if (type == null || shape == null || offsets == null || offsets.length != 2) {
        throw Check.in(file, what + " must have dtype, shape and two data_offsets");
      }
      return placed(what, dtype(what, type), shape, offsets[0], offsets[1]);
    }

    private StoredTensor placed(String what, DType dtype, long[] shape, long from, long to) {
      if (from > to || to > end - start) {
        String bounds = what + " lies at " + from + " to " + to;
        throw Check.in(file, bounds + " of a buffer of " + (end - start) + " bytes");
      }
      Long needed = bytes(shape, dtype);
      if (needed == null || needed != to - from) {
        String type = dtype + Arrays.toString(shape);
        String need = needed == null ? "more bytes than can be counted" : needed + " bytes";
        throw Check.in(file, what + " is " + type + ", " + need + ", but has " + (to - from));
      }
      return new StoredTensor(dtype, shape, start + from);
    }

    private DType dtype(String what, String name) {
      for (DType dtype : TYPES) {
        if (dtype.name().equals(name)) {
          return dtype;
        }
      }
      String bound = " must have one of the types " + TYPES;
      throw Check.in(file, what + bound + ", got " + JsonFile.printable(name));
    }

    /** An array of non-negative integers. */
    private long[] numbers(String what, int most) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw Check.in(file, what + ", an array of numbers");
      }
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean whole =
            json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && json.getLongValue() >= 0;
        if (!whole) {
          String bound = " of whole numbers from 0 to " + Long.MAX_VALUE;
          throw Check.in(file, what + bound + ", got " + JsonFile.printable(json.getText()));
        }
        numbers.add(json.getLongValue());
        if (numbers.size() > most) {
          throw Check.in(file, what + " of at most " + most + " numbers, has more");
        }
      }
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private void requireNoHoles(Map<String, StoredTensor> tensors) {
      var byPlace = new ArrayList<>(tensors.entrySet());
      byPlace.sort(
          Comparator.comparingLong((Map.Entry<String, StoredTensor> e) -> e.getValue().offset())
              .thenComparingLong(e -> e.getValue().end()));
      long position = start;
      for (var entry : byPlace) {
        long begin = entry.getValue().offset();
        if (begin != position) {
          String what = "tensor " + WeightFiles.quote(entry.getKey());
          String problem = begin < position ? " overlaps another" : " leaves a hole before it";
          throw Check.in(file, what + problem);
        }
        position = entry.getValue().end();
      }
      if (position != end) {
        throw Check.in(file, "has " + (end - position) + " bytes that belong to no tensor");
      }
    }
  }

  /** Bytes of a tensor, or null when a {@code long} cannot count them. */
  public static @Nullable Long bytes(long[] shape, DType dtype) {
    long bytes = dtype.bytes();
    boolean empty = false;
    boolean tooMany = false;
    for (long length : shape) {
      empty |= length == 0;
      if (!tooMany && length > 0) {
        tooMany = bytes > Long.MAX_VALUE / length;
        bytes = tooMany ? bytes : bytes * length;
      }
    }
    // The engine multiplies all lengths, so [2^60, 2^60, 0] is refused although it has no bytes.
    return tooMany ? null : Long.valueOf(empty ? 0 : bytes);
  }
}
