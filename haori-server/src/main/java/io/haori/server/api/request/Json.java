package io.haori.server.api.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.core.check.UserError;
import io.javalin.http.Context;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON of requests and answers. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads a body.
   *
   * @throws UserError when it is no JSON; the sentence has the place but nothing of the text
   */
  public static JsonNode read(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node == null || node.isMissingNode()) {
        throw new UserError("body must be a JSON object, got nothing");
      }
      return node;
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw new UserError(
          "body must be JSON, got a mistake"
              + (place == null
                  ? ""
                  : " at line " + place.getLineNr() + ", column " + place.getColumnNr()),
          e);
    } catch (IOException e) {
      throw new UserError("body must be JSON, got bytes that are no text", e);
    }
  }

  /** Writes an answer. */
  public static void write(Context context, Object answer) {
    context.contentType("application/json").result(bytes(answer));
  }

  /** An answer as bytes of UTF-8. */
  public static byte[] bytes(Object answer) {
    try {
      return MAPPER.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A number as JSON has it: what is none, is null. */
  public static @Nullable Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
