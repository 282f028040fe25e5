package io.haori.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * A tiny random base that reads pictures of 16 x 16 pixels, and pictures that it can tell apart.
 */
public final class TinyVision {
  /** The classes of {@link #data}. */
  public static final List<String> CLASSES = List.of("crack", "hole", "ok");

  private static final int SIDE = 24;

  private TinyVision() {}

  /**
   * The base as a folder.
   *
   * @param temporary where it is made
   * @return the folder
   */
  public static Path folder(Path temporary) {
    return folder("vit-classification", temporary);
  }

  /**
   * A golden base as a folder.
   *
   * @param name for example {@code dinov2-registers}
   * @param temporary where it is made
   * @return the folder
   */
  public static Path folder(String name, Path temporary) {
    try {
      Path folder = Golden.copy("models/" + name, temporary);
      Files.writeString(
          folder.resolve("preprocessor_config.json"),
          """
          {"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 16},
           "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
          """);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Folders by class of each split: a grey plate with a dark line, a bright spot, or nothing.
   *
   * @param folder where they are made
   * @param trainPictures pictures of a class to learn from; the other splits have four
   * @return the folder
   */
  public static Path data(Path folder, int trainPictures) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (String split : List.of("train", "validation", "test")) {
      for (String name : CLASSES) {
        int count = split.equals("train") ? trainPictures : 4;
        for (int i = 0; i < count; i++) {
          write(folder.resolve(split).resolve(name).resolve(i + ".png"), name, random);
        }
      }
    }
    return folder;
  }

  /**
   * One picture.
   *
   * @param file where it is made, with its folder
   * @param name one of {@link #CLASSES}
   * @param random decides its noise and where the fault is
   * @return the file
   */
  public static Path write(Path file, String name, SplittableRandom random) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int left = 2 + random.nextInt(12);
    int top = 2 + random.nextInt(12);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int grey = 110 + random.nextInt(20);
        boolean spot = x >= left && x < left + 6 && y >= top && y < top + 6;
        boolean line = Math.abs(x - left - y / 2) < 2;
        grey = name.equals("hole") && spot ? 240 : grey;
        grey = name.equals("crack") && line ? 15 : grey;
        image.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}
