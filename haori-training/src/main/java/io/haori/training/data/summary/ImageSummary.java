package io.haori.training.data.summary;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.ImageFile;
import io.haori.model.image.ImageFormat;
import io.haori.model.image.Pixels;
import io.haori.model.image.UnreadPictures;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.image.NearImages;
import io.haori.training.data.image.PerceptualHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a dataset of pictures, and what is doubtful about it. All pictures are decoded for
 * that, on all processors.
 *
 * @param splits in the order of learning
 * @param warnings what a person should know
 */
public record ImageSummary(List<ImageSplit> splits, List<DataWarning> warnings) {
  private static final int MOST_EXAMPLES = 3;

  /** Copies the lists. */
  public ImageSummary {
    splits = List.copyOf(splits);
    warnings = List.copyOf(warnings);
  }

  /**
   * The pictures of a split.
   *
   * @param name of the split
   * @param file that it was read from
   * @param pictures how many
   * @param smallest height and width of the one with the fewest pixels, for example {@code 480 x
   *     640}; empty for no pictures
   * @param largest the same of the one with the most pixels
   * @param repeated pictures that look like an earlier one of the split
   */
  public record ImageSplit(
      String name, String file, int pictures, String smallest, String largest, int repeated) {}

  /**
   * Looks at a dataset.
   *
   * @param data of pictures
   * @throws UserError when pictures cannot be read; it names them, as {@link UnreadPictures} does
   */
  public static ImageSummary of(Dataset data) {
    return of(
        Stream.of(Split.values()).map(Split::fileName).toList(),
        Stream.of(Split.values()).map(data::split).toList());
  }

  /**
   * Looks at pictures without labels.
   *
   * @param corpus of pictures
   * @throws UserError when pictures cannot be read; it names them, as {@link UnreadPictures} does
   */
  public static ImageSummary ofCorpus(DataFile corpus) {
    return of(List.of("corpus"), List.of(corpus));
  }

  private static ImageSummary of(List<String> names, List<DataFile> files) {
    List<Row> rows = files.stream().flatMap(file -> file.rows().stream()).toList();
    List<Seen> all = rows.parallelStream().map(Seen::of).toList();
    requireAllRead(all);
    Looking looking = new Looking();
    List<ImageSplit> splits = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < files.size(); i++) {
      int to = from + files.get(i).rows().size();
      splits.add(looking.at(names.get(i), files.get(i), all.subList(from, to)));
      from = to;
    }
    looking.misnamed(all);
    return new ImageSummary(splits, looking.warnings);
  }

  private static void requireAllRead(List<Seen> all) {
    UnreadPictures.named(all.stream().map(Seen::problem).filter(Objects::nonNull).toList())
        .ifPresent(
            wrong -> {
              throw wrong;
            });
  }

  /** What one picture is like, or why it cannot be read. */
  private record Seen(
      Row row,
      int height,
      int width,
      boolean misnamed,
      @Nullable PerceptualHash hash,
      @Nullable String problem) {
    static Seen of(Row row) {
      Path file = row.image();
      if (file == null) {
        return new Seen(row, 0, 0, false, null, "line " + row.line() + " has no picture");
      }
      try {
        byte[] content = ImageFile.bytes(file);
        Pixels pixels = ImageFile.read(file.toString(), content);
        boolean misnamed =
            !ImageFormat.ofName(file.toString()).equals(ImageFormat.ofContent(content));
        return new Seen(
            row, pixels.height(), pixels.width(), misnamed, PerceptualHash.of(pixels), null);
      } catch (UserError e) {
        return new Seen(row, 0, 0, false, null, e.getMessage());
      }
    }

    long pixels() {
      return (long) height * width;
    }

    String size() {
      return height + " x " + width;
    }
  }

  /** Compares pictures with earlier ones, split by split. */
  private static final class Looking {
    private final List<DataWarning> warnings = new ArrayList<>();
    private final NearImages learnt = new NearImages();
    private final List<Row> learntRows = new ArrayList<>();

    ImageSplit at(String name, DataFile file, List<Seen> pictures) {
      NearImages ours = new NearImages();
      List<String> shared = new ArrayList<>();
      List<String> repeated = new ArrayList<>();
      List<String> contradicting = new ArrayList<>();
      boolean training = learntRows.isEmpty();
      for (int i = 0; i < pictures.size(); i++) {
        PerceptualHash hash = pictures.get(i).hash();
        if (hash == null) {
          continue;
        }
        Row row = pictures.get(i).row();
        OptionalInt earlier = ours.find(hash);
        if (earlier.isPresent()) {
          Row other = pictures.get(earlier.getAsInt()).row();
          repeated.add(pair(row, other));
          if (!Objects.equals(row.label(), other.label())) {
            contradicting.add(pair(row, other));
          }
        }
        ours.add(hash);
        OptionalInt before = training ? OptionalInt.empty() : learnt.find(hash);
        if (before.isPresent()) {
          shared.add(pair(row, learntRows.get(before.getAsInt())));
        }
      }
      if (training) {
        for (Seen one : pictures) {
          if (one.hash() != null) {
            learnt.add(one.hash());
            learntRows.add(one.row());
          }
        }
      }
      int all = pictures.size();
      warn(
          name + "-in-training",
          shared,
          " of " + all + " " + name + " pictures look the same as training pictures");
      warn(
          "repeated",
          repeated,
          " of " + all + " " + name + " pictures look the same as earlier ones");
      warn(
          "contradicting",
          contradicting,
          " of " + all + " " + name + " pictures look the same as ones with another label");
      Comparator<Seen> bySize = Comparator.comparingLong(Seen::pixels);
      return new ImageSplit(
          name,
          String.valueOf(file.path()),
          pictures.size(),
          pictures.stream().min(bySize).map(Seen::size).orElse(""),
          pictures.stream().max(bySize).map(Seen::size).orElse(""),
          repeated.size());
    }

    void misnamed(List<Seen> all) {
      List<String> names =
          all.stream().filter(Seen::misnamed).map(one -> one.row().text()).toList();
      warn(
          "format",
          names,
          " of " + all.size() + " pictures are of another format than their names say");
    }

    private static String pair(Row row, Row other) {
      return row.text() + " = " + other.text();
    }

    private void warn(String kind, List<String> places, String sentence) {
      if (!places.isEmpty()) {
        warnings.add(
            new DataWarning(
                kind,
                places.size(),
                places.size() + sentence,
                places.subList(0, Math.min(MOST_EXAMPLES, places.size()))));
      }
    }
  }
}
