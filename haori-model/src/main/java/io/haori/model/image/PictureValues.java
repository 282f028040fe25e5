package io.haori.model.image;

import io.haori.model.config.PictureShape;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures of one size after preprocessing, as a base reads them.
 *
 * @param values {@code [pictures, 3, height, width]}, flattened
 * @param pictures how many; at least 1
 * @param height in pixels, a multiple of the base's patches
 * @param width in pixels, a multiple of the base's patches
 * @param shape what the base says of pictures
 */
@SuppressWarnings("ArrayRecordComponent") // Copied into a tensor, never compared.
public record PictureValues(
    float[] values, int pictures, int height, int width, PictureShape shape) {
  /** Refuses numbers that do not fit. */
  public PictureValues {
    long wanted = (long) pictures * PictureShape.CHANNELS * height * width;
    int side = shape.patchSize();
    if (pictures < 1 || values.length != wanted || height % side != 0 || width % side != 0) {
      throw new IllegalArgumentException(
          values.length + " numbers for " + pictures + " pictures of " + height + " x " + width);
    }
  }

  /**
   * Several batches of pictures of one size as one.
   *
   * @param batches at least one, for one base
   */
  public static PictureValues joined(List<PictureValues> batches) {
    PictureValues first = batches.get(0);
    int pictures = batches.stream().mapToInt(PictureValues::pictures).sum();
    float[] all = new float[Math.multiplyExact(pictures, first.count())];
    int next = 0;
    for (PictureValues batch : batches) {
      System.arraycopy(batch.values, 0, all, next, batch.values.length);
      next += batch.values.length;
    }
    return new PictureValues(all, pictures, first.height, first.width, first.shape);
  }

  /**
   * Some of the pictures.
   *
   * @param from of them
   * @param end behind the last of them
   */
  public PictureValues part(int from, int end) {
    float[] some = Arrays.copyOfRange(values, from * count(), end * count());
    return new PictureValues(some, end - from, height, width, shape);
  }

  /** Numbers of one picture. */
  private int count() {
    return values.length / pictures;
  }

  /** Patches of a column. */
  public int down() {
    return height / shape.patchSize();
  }

  /** Patches of a row. */
  public int across() {
    return width / shape.patchSize();
  }

  /** Tokens of one picture. */
  public int tokens() {
    return shape.leadingTokens() + down() * across();
  }
}
