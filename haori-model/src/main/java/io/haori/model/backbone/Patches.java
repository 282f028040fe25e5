package io.haori.model.backbone;

/**
 * Pictures of one size, cut into square patches row by row, after preprocessing.
 *
 * @param values {@code [pictures, down · across, channels · side · side]}, flattened: the numbers
 *     of a patch channel by channel, each row by row
 * @param pictures how many; at least 1
 * @param down patches of a column
 * @param across patches of a row
 */
@SuppressWarnings("ArrayRecordComponent") // Copied into a tensor, never compared.
public record Patches(float[] values, int pictures, int down, int across) {
  /** Refuses a number of values that does not fit. */
  public Patches {
    if (pictures < 1 || down < 1 || across < 1 || values.length % (pictures * down * across) != 0) {
      throw new IllegalArgumentException(
          values.length + " numbers for " + pictures + " pictures of " + down + " x " + across);
    }
  }

  /** Patches of one picture. */
  public int patches() {
    return down * across;
  }

  /** Numbers of one patch. */
  public int width() {
    return values.length / (pictures * patches());
  }
}
