package io.haori.server.api.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The JSON object of a request, each of whose members is checked by its name. */
public final class RequestBody {
  private static final int LONGEST_SHOWN = 60;
  private static final int PART = 8_192;

  private final JsonNode json;
  private final String path;

  private RequestBody(JsonNode json, String path) {
    this.json = json;
    this.path = path;
  }

  /**
   * Reads the body of a request.
   *
   * @param context of the request
   * @param limits bound its bytes, whatever its headers say
   * @throws Refused when it is longer
   * @throws UserError when it is no JSON object
   */
  public static RequestBody read(Context context, Limits limits) {
    JsonNode json = Json.read(bytes(context, limits));
    return object(json, "");
  }

  /** The body of a request that is any JSON. */
  public static JsonNode readAny(Context context, Limits limits) {
    return Json.read(bytes(context, limits));
  }

  private static byte[] bytes(Context context, Limits limits) {
    long end = System.nanoTime() + limits.deadline().toNanos();
    int most = limits.bodyBytes();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[Math.min(most + 1, PART)];
    try (InputStream in = context.bodyInputStream()) {
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        bytes.write(part, 0, count);
        if (bytes.size() > most) {
          throw Refused.tooManyBytes("The body", most);
        }
        if (System.nanoTime() > end) {
          // Somebody who sends a byte now and then keeps a connection, not for ever.
          throw tooSlow(limits);
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      if (e instanceof InterruptedIOException || e.getCause() instanceof TimeoutException) {
        // Nothing came for as long as a connection may be idle.
        throw tooSlow(limits);
      }
      throw new UserError("body must come whole, got a part", e);
    }
  }

  private static Refused tooSlow(Limits limits) {
    return Refused.tooSlow(
        "The body must come within " + limits.deadline().toMillis() / 1e3 + " seconds");
  }

  /**
   * An object within a request.
   *
   * @param json perhaps something else
   * @param path of it, empty for the whole body
   */
  public static RequestBody object(JsonNode json, String path) {
    if (!json.isObject()) {
      throw wrong(path.isEmpty() ? "body" : path, "a JSON object", json);
    }
    return new RequestBody(json, path);
  }

  /** Refuses members that the route does not know: a misspelt one would be without effect. */
  public RequestBody only(List<String> known) {
    for (String name : (Iterable<String>) json::fieldNames) {
      if (!known.contains(name)) {
        throw new UserError("No member named " + Nearest.missing(name, known) + " in this request");
      }
    }
    return this;
  }

  public boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** A member as it is; missing ones are null. */
  public @Nullable JsonNode get(String name) {
    return json.hasNonNull(name) ? json.get(name) : null;
  }

  /** A text that must be there. */
  public String text(String name) {
    JsonNode node = json.path(name);
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw wrong(at(name), "a text", node);
    }
    return node.textValue();
  }

  /** A text, null where there is none. */
  public @Nullable String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  /** A number. */
  public double number(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode node = json.get(name);
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(at(name), "a finite number", node);
    }
    return node.doubleValue();
  }

  /** A whole number; null where there is none. */
  public @Nullable Integer wholeOrNull(String name) {
    if (!has(name)) {
      return null;
    }
    JsonNode node = json.get(name);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(at(name), "a whole number", node);
    }
    return node.intValue();
  }

  /** Whether a switch is on. */
  public boolean flag(String name) {
    if (!has(name)) {
      return false;
    }
    JsonNode node = json.get(name);
    if (!node.isBoolean()) {
      throw wrong(at(name), "true or false", node);
    }
    return node.booleanValue();
  }

  /** A member's name with those of the objects that it is in. */
  public String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** {@code <path> must be <bound>, got <value>}, with the value cut short. */
  public static UserError wrong(String path, String bound, JsonNode got) {
    String shown = got.isMissingNode() ? "nothing" : got.toString();
    if (shown.length() > LONGEST_SHOWN) {
      shown = shown.substring(0, LONGEST_SHOWN) + "…";
    }
    return new UserError(path + " must be " + bound + ", got " + shown);
  }
}
