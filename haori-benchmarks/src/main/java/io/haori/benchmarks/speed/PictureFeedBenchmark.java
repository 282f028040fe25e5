package io.haori.benchmarks.speed;

import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.model.family.vit.NewVit;
import io.haori.tensor.Engine;
import io.haori.training.augment.Augmentation;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.Tuner;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Fits a small vision transformer to photo-sized JPEG files, which are decoded and altered while
 * earlier steps are computed, and counts what decoding costs: steps whose pictures were not ready,
 * resident memory and native objects as the steps go by. Settings are system properties: {@code
 * pictures} (files to learn from, 300), {@code width} and {@code height} of them (1280 x 960),
 * {@code side} of what the base reads (224), {@code steps} (1000), {@code threads} (2).
 */
public final class PictureFeedBenchmark {
  private static final int BATCH = 16;
  private static final int REPORTS = 10;

  private PictureFeedBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int pictures = Integer.getInteger("pictures", 300);
    int side = Integer.getInteger("side", 224);
    int steps = Integer.getInteger("steps", 1000);
    Engine.setThreads(Integer.getInteger("threads", 2));
    Path folder = Files.createTempDirectory("haori-picture-feed");
    try {
      Path data = folder.resolve("data");
      write(data, pictures, Integer.getInteger("width", 1280), Integer.getInteger("height", 960));
      Path model = Files.createDirectories(folder.resolve("base"));
      new NewVit(side, 28, 64, 4, 4, 128).write(model, 1);
      // Each picture and its copy are learnt from once an epoch.
      int epochs = Math.max(1, steps * BATCH / (2 * pictures));
      TuneSettings settings =
          TuneSettings.builder("lora")
              .set("targets", "all-linear")
              .epochs(epochs)
              .batchSize(BATCH)
              .build()
              .withAugmentation(Augmentation.parse("training.augment", "crop,flip,brightness"));
      try (TextBase base = TextBase.open(model.toString(), DType.F32, FetchListener.SILENT)) {
        new Tuner(base, settings).listener(new Reporter(steps)).tune(Dataset.read(data)).close();
      }
    } finally {
      AtomicFiles.delete(folder);
    }
  }

  private static void write(Path data, int pictures, int width, int height) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (String split : new String[] {"train", "validation", "test"}) {
      int count = split.equals("train") ? pictures : 16;
      for (int i = 0; i < count; i++) {
        String name = i % 2 == 0 ? "dark" : "bright";
        Path file = data.resolve(split).resolve(name).resolve(i + ".jpg");
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        int light = i % 2 == 0 ? 0 : 80;
        for (int spot = 0; spot < 200; spot++) {
          graphics.setColor(
              new Color(
                  light + random.nextInt(175),
                  light + random.nextInt(175),
                  light + random.nextInt(175)));
          graphics.fillOval(random.nextInt(width), random.nextInt(height), width / 8, height / 8);
        }
        graphics.dispose();
        ImageIO.write(image, "jpg", file.toFile());
      }
    }
  }

  /** Prints a line now and then. */
  private static final class Reporter implements LoopListener {
    private final int every;
    private long last = System.nanoTime();

    Reporter(int steps) {
      every = Math.max(1, steps / REPORTS);
    }

    @Override
    public void onStep(Step step) {
      if (step.step() % every == 0) {
        try {
          System.out.printf(
              Locale.ROOT,
              "{\"step\":%d,\"waits\":%d,\"msPerStep\":%.1f,\"residentMb\":%d,\"nativeObjects\":%d}%n",
              step.step(),
              step.waits(),
              (System.nanoTime() - last) / 1e6 / every,
              ProcessMemory.residentMb(),
              Engine.heldObjects());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        last = System.nanoTime();
      }
    }
  }
}
