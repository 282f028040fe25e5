package io.haori.server.api.request;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Picture;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a request: {@code input} is a text, an array of texts, or an array of objects with
 * {@code text}, {@code textPair}, {@code domain} and {@code words}; or, for a base that reads
 * pictures, with {@code image}, the file in base64, and {@code domain}.
 */
public final class RequestRows {
  private static final String INPUT = "input";
  private static final List<String> MEMBERS =
      List.of("text", "textPair", "domain", "words", "image");

  /** As {@code base64} writes them. */
  private static final Pattern LINE_BREAKS = Pattern.compile("\\s+");

  private final Limits limits;

  public RequestRows(Limits limits) {
    this.limits = limits;
  }

  /** Reads {@code input}. */
  public List<Row> read(RequestBody body) {
    JsonNode input = body.get(INPUT);
    if (input == null) {
      throw new UserError("input must be a text or an array of texts, got nothing");
    }
    if (!input.isArray()) {
      return List.of(row(input, INPUT));
    }
    require(!input.isEmpty(), INPUT, "a text or an array of at least one text", "[]");
    if (input.size() > limits.texts()) {
      throw Refused.tooLarge(
          "input must have at most " + limits.texts() + " texts, got " + input.size());
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      rows.add(row(input.get(i), INPUT + "[" + i + "]"));
    }
    return rows;
  }

  private Row row(JsonNode node, String path) {
    if (node.isTextual()) {
      return new Row(text(node, path), null, null, null, 1);
    }
    if (!node.isObject()) {
      throw RequestBody.wrong(path, "a text or an object with a text", node);
    }
    RequestBody object = RequestBody.object(node, path).only(MEMBERS);
    requirePictureAlone(object, path);
    JsonNode words = object.get("words");
    JsonNode pair = object.get("textPair");
    String second = pair == null ? null : text(pair, path + ".textPair");
    String domain = object.textOrNull("domain");
    if (words != null) {
      return words(words, path + ".words", domain);
    }
    JsonNode image = object.get("image");
    if (image != null) {
      return picture(image, path + ".image", domain);
    }
    JsonNode text = object.get("text");
    if (text == null) {
      throw new UserError(path + ".text must be a text, got nothing");
    }
    return new Row(text(text, path + ".text"), second, null, domain, 1);
  }

  private static void requirePictureAlone(RequestBody object, String path) {
    if (object.get("image") == null) {
      return;
    }
    for (String other : List.of("text", "textPair", "words")) {
      require(object.get(other) == null, path, "a picture or a text", "image and " + other);
    }
  }

  /** A file in base64, also as a {@code data:} URL. */
  private Row picture(JsonNode node, String path, @Nullable String domain) {
    String bound = "a PNG, JPEG, BMP or TIFF file in base64";
    if (!node.isTextual()) {
      throw RequestBody.wrong(path, bound, node);
    }
    String sent = node.textValue();
    String encoded = sent.startsWith("data:") ? sent.substring(sent.indexOf(',') + 1) : sent;
    byte[] content;
    try {
      content = Base64.getDecoder().decode(LINE_BREAKS.matcher(encoded).replaceAll(""));
    } catch (IllegalArgumentException e) {
      throw RequestBody.wrong(path, bound, node);
    }
    return new Row(path, null, null, domain, 1)
        .showing(new Picture.Content(path, content, limits.pixels()));
  }

  private Row words(JsonNode node, String path, @Nullable String domain) {
    if (!node.isArray() || node.isEmpty()) {
      throw RequestBody.wrong(path, "an array of at least one word", node);
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      words.add(text(node.get(i), path + "[" + i + "]"));
    }
    String whole = String.join(" ", words);
    requireShort(whole, path);
    return new Row(whole, null, null, domain, 1, words);
  }

  private String text(JsonNode node, String path) {
    if (!node.isTextual()) {
      throw RequestBody.wrong(path, "a text", node);
    }
    String text = node.textValue();
    require(!text.isBlank(), path, "a text that is not blank", node);
    requireShort(text, path);
    return text;
  }

  private void requireShort(String text, String path) {
    require(
        text.length() <= limits.textCharacters(),
        path,
        "a text of at most " + limits.textCharacters() + " characters",
        text.length());
  }
}
