package io.haori.cli.anomaly;

import io.haori.cli.output.OutFolder;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.HeatMap;
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
    footer = {
      "  haori anomaly score --model castings-normal --input photos --heat-maps maps",
      "  haori anomaly score --server http://127.0.0.1:8080 --model castings-normal@live --input"
          + " photos"
    })
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

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyScoreCommand(Session session) {
    this.session = session;
  }

  private record Scored(
      String picture, double score, boolean anomalous, DetectorSource.@Nullable Asked asked) {}

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    check();
    List<Row> rows = rows();
    if (heatMaps != null) {
      OutFolder.requireNewOrEmpty("--heat-maps", heatMaps);
    }
    List<Scored> scored = new ArrayList<>();
    try (DetectorSource source = open()) {
      for (int from = 0; from < rows.size(); from += AT_ONCE) {
        List<Row> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
        List<DetectorSource.Scored> found = source.score(some, heatMaps != null);
        for (int i = 0; i < some.size(); i++) {
          DetectorSource.Scored one = found.get(i);
          scored.add(new Scored(some.get(i).text(), one.score(), one.anomalous(), one.asked()));
          if (heatMaps != null) {
            HeatMap.write(heatMaps.resolve(fileName(some.get(i).text())), one.drawn());
          }
        }
      }
      show(scored, source.threshold(), start);
    }
    return ExitCode.DONE;
  }

  private void check() {
    common.check();
    detector.check();
    remote.check();
    remote.refuse("--base", common.base);
    remote.refuse("--registry", detector.registry.given());
  }

  private DetectorSource open() {
    return remote.server == null
        ? DetectorSource.local(detector.open(session, common))
        : DetectorSource.remote(
            remote.open(session.context()), detector.model.name, detector.threshold);
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
        if (one.asked() != null) {
          json.put("id", one.asked().id());
          json.put("index", one.asked().index());
        }
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
