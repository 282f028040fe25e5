package io.haori.model.backbone;

import io.haori.model.config.PictureShape;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
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
  int down() {
    return height / shape.patchSize();
  }

  /** Patches of a row. */
  int across() {
    return width / shape.patchSize();
  }

  /** Tokens of one picture. */
  int tokens() {
    return shape.leadingTokens() + down() * across();
  }

  /**
   * The patches row by row, the numbers of each channel by channel.
   *
   * @return F32 {@code [pictures · down · across, 3 · side · side]} in the current scope
   */
  Tensor patches() {
    int side = shape.patchSize();
    try (Scope scope = Scope.open()) {
      long rows = (long) pictures * down() * across();
      Tensor cut =
          Tensors.of(values, pictures, PictureShape.CHANNELS, down(), side, across(), side)
              .permute(0, 2, 4, 1, 3, 5)
              .reshape(rows, (long) PictureShape.CHANNELS * side * side);
      return scope.keep(cut);
    }
  }
}
