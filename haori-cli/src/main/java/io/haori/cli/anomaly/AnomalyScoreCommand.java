package io.haori.cli.anomaly;

import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.HeatMap;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Pixels;
import io.haori.training.data.image.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori anomaly score}: how unlike good ones pictures are, and where. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Says of pictures how unlike good ones they are, the most unlike first, and where.",
    footerHeading = "%nExample:%n",
    footer = "  haori anomaly score --model castings-normal --input photos --heat-maps maps")
public final class AnomalyScoreCommand implements Callable<Integer> {
  /** Pictures between two looks at what was asked for. */
  private static final int AT_ONCE = 64;

  private final Session session;

  private final Set<String> drawnNames = new HashSet<>();

  @Mixin final DetectorOptions detector = new DetectorOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE|DIR",
      required = true,
      description = "A picture, or a folder of pictures.")
  Path input;

  @Option(
      names = "--heat-maps",
      paramLabel = "DIR",
      description =
          "Gets one PNG a picture, as the base saw it, with red where it is unlike (default:"
              + " none).")
  @Nullable Path heatMaps;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyScoreCommand(Session session) {
    this.session = session;
  }

  private record Scored(String picture, double score, boolean anomalous) {}

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    List<Row> rows = rows();
    if (heatMaps != null) {
      List<String> names = OutFolder.requirePlace(heatMaps);
      Check.require(names.isEmpty(), "--heat-maps", "a new or empty folder", heatMaps);
    }
    List<Scored> scored = new ArrayList<>();
    try (DetectorOptions.Opened opened = detector.open(session, common)) {
      for (int from = 0; from < rows.size(); from += AT_ONCE) {
        List<Row> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
        List<AnomalyMap> maps = opened.detector().score(some);
        for (int i = 0; i < some.size(); i++) {
          double score = maps.get(i).score();
          scored.add(new Scored(some.get(i).text(), score, score > opened.threshold()));
          draw(opened, some.get(i), maps.get(i));
        }
      }
      show(scored, opened.threshold(), start);
    }
    return ExitCode.DONE;
  }

  private List<Row> rows() {
    if (Files.isDirectory(input)) {
      return LabelledImages.rows(ImageFolder.all(input), input);
    }
    Path folder = input.toAbsolutePath().getParent();
    if (!Files.isRegularFile(input) || folder == null) {
      throw Check.in(input, "must be a picture or a folder of pictures, but nothing is there");
    }
    return LabelledImages.rows(List.of(folder.resolve(input.getFileName())), folder);
  }

  private void draw(DetectorOptions.Opened opened, Row row, AnomalyMap map) {
    Path folder = heatMaps;
    if (folder == null) {
      return;
    }
    Pixels picture = ImageFile.read(Objects.requireNonNull(row.image()));
    Pixels drawn = opened.detector().drawn(picture, map, opened.threshold());
    HeatMap.write(folder.resolve(fileName(row.text())), drawn);
  }

  /** The picture's name; with its ending where two differ in nothing else. */
  private String fileName(String name) {
    String flat = name.replace('/', '-');
    String stem = flat.contains(".") ? flat.substring(0, flat.lastIndexOf('.')) : flat;
    return (drawnNames.add(stem) ? stem : flat) + ".png";
  }

  private void show(List<Scored> scored, double threshold, Instant start) {
    List<Scored> ordered = new ArrayList<>(scored);
    ordered.sort((a, b) -> Double.compare(b.score(), a.score()));
    Table table = new Table("picture", "score", "anomalous");
    for (Scored one : ordered) {
      table.row(
          one.picture(),
          String.format(Locale.ROOT, "%.4g", one.score()),
          one.anomalous() ? "yes" : "no");
    }
    table.print(session.console());
    long anomalous = scored.stream().filter(Scored::anomalous).count();
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d of %,d pictures are anomalous (score above %.4g)",
                anomalous,
                scored.size(),
                threshold));
    if (common.json) {
      List<Map<String, Object>> pictures = new ArrayList<>();
      for (Scored one : scored) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("picture", one.picture());
        json.put("score", one.score());
        json.put("anomalous", one.anomalous());
        pictures.add(json);
      }
      new JsonResult("anomaly score")
          .put("threshold", threshold)
          .put("anomalous", anomalous)
          .put("pictures", pictures)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
