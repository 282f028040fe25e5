package io.haori.model.image;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a picture before a base sees it, as the image processors of transformers do it on
 * Pillow: resize, crop from the middle, multiply, take the mean off and divide by the deviation.
 *
 * @param resize the size that pictures are resized to; null for as they are
 * @param filter how they are resized
 * @param crop the part that is cut from the middle; null for all
 * @param factor that values are multiplied with; 1 for none
 * @param mean of red, green and blue after that, taken off; zeros for none
 * @param deviation of red, green and blue, divided by; ones for none
 */
public record Preprocessing(
    @Nullable Size resize,
    ResampleFilter filter,
    @Nullable Crop crop,
    double factor,
    List<Double> mean,
    List<Double> deviation) {
  /** The name of the file in a base's folder. */
  public static final String FILE = "preprocessor_config.json";

  /** The longest side that is asked of a picture. */
  private static final int MOST_SIDE = 4096;

  private static final int CHANNELS = 3;

  /** What pictures are resized to. */
  public sealed interface Size permits Exact, ShortestEdge {}

  /**
   * A size whatever the picture's own is.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Exact(int height, int width) implements Size {
    /** Checks the bounds. */
    public Exact {
      requireSide("size.height", height);
      requireSide("size.width", width);
    }
  }

  /**
   * The length of the shorter side, where the picture keeps its proportions.
   *
   * @param side in pixels
   */
  public record ShortestEdge(int side) implements Size {
    /** Checks the bound. */
    public ShortestEdge {
      requireSide("size.shortest_edge", side);
    }
  }

  /**
   * The size of a part.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Crop(int height, int width) {
    /** Checks the bounds. */
    public Crop {
      requireSide("crop_size.height", height);
      requireSide("crop_size.width", width);
    }
  }

  /** Checks that all pictures come out in one size. */
  public Preprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    require(
        crop != null || resize instanceof Exact,
        "size",
        "a height and a width where nothing is cropped",
        resize == null ? "none" : "shortest_edge");
    require(Double.isFinite(factor), "rescale_factor", "finite", factor);
    requireColours("image_mean", mean);
    requireColours("image_std", deviation);
    require(deviation.stream().allMatch(d -> d != 0), "image_std", "other than 0", deviation);
  }

  /**
   * Reads what a base's folder says.
   *
   * @param folder with {@code preprocessor_config.json}
   * @throws UserError when the file is missing, or asks for what is not done here
   */
  public static Preprocessing read(Path folder) {
    return PreprocessorConfig.read(folder);
  }

  /** Rows of pixels that a base sees. */
  public int height() {
    return crop != null ? crop.height() : exact().height();
  }

  /** Pixels of a row that a base sees. */
  public int width() {
    return crop != null ? crop.width() : exact().width();
  }

  private Exact exact() {
    if (resize instanceof Exact exact) {
      return exact;
    }
    throw new IllegalStateException("checked when this was made");
  }

  /**
   * The same for a base that sees pictures of another size; the border that a crop cuts off keeps
   * its share.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public Preprocessing at(int height, int width) {
    if (height == height() && width == width()) {
      return this;
    }
    double down = (double) height / height();
    double across = (double) width / width();
    Size size = resize;
    if (resize instanceof Exact exact) {
      size = new Exact(scaled(exact.height(), down), scaled(exact.width(), across));
    } else if (resize instanceof ShortestEdge edge) {
      size = new ShortestEdge(scaled(edge.side(), Math.max(down, across)));
    }
    Crop part = crop == null ? null : new Crop(height, width);
    return new Preprocessing(size, filter, part, factor, mean, deviation);
  }

  /** The same with another filter. */
  public Preprocessing by(ResampleFilter other) {
    return new Preprocessing(resize, other, crop, factor, mean, deviation);
  }

  private static int scaled(int side, double by) {
    return (int) Math.round(side * by);
  }

  /**
   * The first step, whose result can be kept: resize and crop.
   *
   * @param picture of any size
   * @return {@link #height} x {@link #width} pixels
   */
  public Pixels fit(Pixels picture) {
    Pixels sized = picture;
    if (resize instanceof Exact exact) {
      sized = Resampling.resize(picture, exact.height(), exact.width(), filter);
    } else if (resize instanceof ShortestEdge edge) {
      int shorter = Math.min(picture.height(), picture.width());
      int longer = Math.max(picture.height(), picture.width());
      // Double arithmetic cut off, as Python's int does it.
      long other = (long) ((double) ((long) edge.side() * longer) / shorter);
      boolean fits = other * edge.side() <= ImageFile.MOST_PIXELS;
      require(fits, "the picture", "less narrow", picture);
      boolean wide = picture.width() > picture.height();
      sized =
          Resampling.resize(
              picture, wide ? edge.side() : (int) other, wide ? (int) other : edge.side(), filter);
    }
    return crop == null ? sized : sized.centerCrop(crop.height(), crop.width());
  }

  /**
   * The second step.
   *
   * @param fitted {@link #height} x {@link #width} pixels
   * @return {@code [3, height, width]}
   */
  public float[] values(Pixels fitted) {
    var values = new float[CHANNELS * height() * width()];
    values(fitted, table(), values, 0);
    return values;
  }

  /**
   * The second step for a batch of pictures.
   *
   * @param fitted {@code [n]}, each {@link #height} x {@link #width} pixels
   * @return {@code [n, 3, height, width]}
   */
  public float[] values(List<Pixels> fitted) {
    int one = CHANNELS * height() * width();
    var values = new float[Math.multiplyExact(one, fitted.size())];
    float[] table = table();
    for (int i = 0; i < fitted.size(); i++) {
      values(fitted.get(i), table, values, i * one);
    }
    return values;
  }

  private void values(Pixels fitted, float[] table, float[] into, int start) {
    if (fitted.height() != height() || fitted.width() != width()) {
      throw new IllegalArgumentException(fitted + " must be " + height() + " x " + width());
    }
    byte[] rgb = fitted.rgb();
    int plane = fitted.height() * fitted.width();
    for (int c = 0; c < CHANNELS; c++) {
      int at = start + c * plane;
      for (int i = c; i < rgb.length; i += CHANNELS) {
        into[at++] = table[c << 8 | (rgb[i] & 0xFF)];
      }
    }
  }

  /** What each of the 256 values of each colour becomes: {@code [3, 256]}. */
  private float[] table() {
    var table = new float[CHANNELS << 8];
    for (int i = 0; i < table.length; i++) {
      float value = (float) ((i & 0xFF) * factor);
      int c = i >> 8;
      table[i] = (value - mean.get(c).floatValue()) / deviation.get(c).floatValue();
    }
    return table;
  }

  private static void requireSide(String key, int side) {
    require(side >= 1 && side <= MOST_SIDE, key, "from 1 to " + MOST_SIDE, side);
  }

  private static void requireColours(String key, List<Double> colours) {
    boolean right = colours.size() == CHANNELS && colours.stream().allMatch(Double::isFinite);
    require(right, key, "three finite numbers", colours);
  }
}
