package io.haori.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a JSON object from a file, refusing what is damaged or ambiguous. */
public final class JsonFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(new JsonFactory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * The factory of strict parsers: duplicate keys are errors.
   *
   * @return shared and immutable
   */
  public static JsonFactory strictFactory() {
    return MAPPER.getFactory();
  }

  /**
   * Reads the object that a file consists of.
   *
   * @param file in UTF-8
   * @param maxBytes a longer file is refused unread
   * @return the object
   * @throws UserError when the file is missing, too long, or not one JSON object without duplicates
   */
  public static ObjectNode readObject(Path file, long maxBytes) {
    JsonNode node = read(file, maxBytes);
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw Check.in(file, "must hold a JSON object");
  }

  /**
   * Reads the array that a file consists of.
   *
   * @param file in UTF-8
   * @param maxBytes a longer file is refused unread
   * @return the array
   * @throws UserError when the file is missing, too long, or not one JSON array
   */
  public static ArrayNode readArray(Path file, long maxBytes) {
    JsonNode node = read(file, maxBytes);
    if (node instanceof ArrayNode array) {
      return array;
    }
    throw Check.in(file, "must hold a JSON array");
  }

  private static JsonNode read(Path file, long maxBytes) {
    try {
      long bytes = Files.size(file);
      if (bytes > maxBytes) {
        throw Check.in(file, "must be at most " + maxBytes + " bytes long, is " + bytes);
      }
      try (Reader reader = strictReader(Files.newInputStream(file))) {
        return MAPPER.readTree(reader);
      }
    } catch (IOException e) {
      throw refused(file, "", e);
    }
  }

  /**
   * Decodes UTF-8, refusing bytes that are none instead of replacing them.
   *
   * @param in closed with the reader
   * @return characters of the stream
   */
  public static Reader strictReader(InputStream in) {
    return new InputStreamReader(
        in,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /**
   * The sentence for a failure to read JSON.
   *
   * @param file named first
   * @param part which part of the file, for example {@code "the header "}, or empty for all of it
   * @param e what was thrown
   * @return the error, to be thrown
   */
  public static UserError refused(Path file, String part, IOException e) {
    String what;
    if (e instanceof NoSuchFileException) {
      what = "does not exist";
    } else if (e instanceof JsonProcessingException json) {
      what = part + "is not valid JSON: " + printable(json.getOriginalMessage());
    } else if (e instanceof CharacterCodingException) {
      what = part + "is not UTF-8";
    } else {
      what = "cannot be read: " + printable(String.valueOf(e.getMessage()));
    }
    return new UserError(file + ": " + what, e);
  }

  /**
   * A text out of a file, made fit for one line of a message.
   *
   * @param text anything
   * @return at most 120 printable characters
   */
  public static String printable(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(120)
        .map(c -> c < 0xD800 && !Character.isISOControl(c) ? c : '?')
        .forEach(line::appendCodePoint);
    return line + (text.codePointCount(0, text.length()) > 120 ? "…" : "");
  }
}
