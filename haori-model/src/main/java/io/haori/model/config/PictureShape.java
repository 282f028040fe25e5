package io.haori.model.config;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a base that reads pictures says of them.
 *
 * @param imageSize height and width of the pictures that it was trained with, in pixels; a multiple
 *     of {@code patchSize}
 * @param patchSize height and width of a patch, in pixels; at least 1
 * @param leadingTokens learnt tokens that lead the patches of a picture; at least 1
 */
public record PictureShape(int imageSize, int patchSize, int leadingTokens) {
  /** Red, green and blue. */
  public static final int CHANNELS = 3;

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public PictureShape {
    requireCount("image_size", imageSize);
    requireCount("patch_size", patchSize);
    require(
        imageSize % patchSize == 0,
        "image_size",
        "a multiple of patch_size " + patchSize,
        imageSize);
  }

  /**
   * Reads the keys.
   *
   * @param json an open {@code config.json}
   * @param leadingTokens learnt tokens of the family
   */
  public static PictureShape read(ConfigJson json, int leadingTokens) {
    int channels = json.number("num_channels", CHANNELS);
    require(channels == CHANNELS, "num_channels", String.valueOf(CHANNELS), channels);
    return new PictureShape(side(json, "image_size"), side(json, "patch_size"), leadingTokens);
  }

  /** One number, or height and width that are equal. */
  private static int side(ConfigJson json, String key) {
    List<Integer> sides = json.numbers(key);
    require(
        !sides.isEmpty() && sides.size() <= 2 && sides.stream().distinct().count() == 1,
        key,
        "one whole number, or two that are equal",
        sides.isEmpty() ? "nothing" : sides.toString());
    return sides.get(0);
  }

  /** Patches of a row, and of a column, of a picture of the usual size. */
  public int side() {
    return imageSize / patchSize;
  }

  /** Patches of a picture of the usual size. */
  public int patches() {
    return side() * side();
  }

  /** Writes the keys. */
  public void write(ObjectNode json) {
    json.put("image_size", imageSize);
    json.put("patch_size", patchSize);
    json.put("num_channels", CHANNELS);
  }
}
