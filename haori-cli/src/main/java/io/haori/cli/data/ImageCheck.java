package io.haori.cli.data;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.data.summary.ImageSummary;
import io.haori.training.data.summary.SplitSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code haori data check} for pictures.
 *
 * @param session what the command runs in
 * @param common says how results are printed
 */
record ImageCheck(Session session, CommonOptions common) {
  /** What is in place of a task's name where there are no labels. */
  private static final String PICTURES = "pictures";

  /**
   * Looks at all pictures and prints.
   *
   * @param data of pictures
   * @param start of the command
   */
  void run(Dataset data, Instant start) {
    DataSummary labels = DataSummary.of(data, null, 1);
    ImageSummary images = ImageSummary.of(data);
    List<DataWarning> warnings = new ArrayList<>(images.warnings());
    // Pictures that look alike are said already.
    labels.warnings().stream()
        .filter(one -> images.warnings().stream().noneMatch(seen -> seen.kind().equals(one.kind())))
        .forEach(warnings::add);
    show(images, labels, data.labels().task().name(), data.splitBy(), warnings, start);
  }

  /**
   * The same without labels.
   *
   * @param corpus of pictures
   * @param start of the command
   */
  void run(DataFile corpus, Instant start) {
    ImageSummary images = ImageSummary.ofCorpus(corpus);
    show(images, null, PICTURES, null, images.warnings(), start);
  }

  private void show(
      ImageSummary images,
      @Nullable DataSummary labels,
      String kind,
      @Nullable String splitBy,
      List<DataWarning> warnings,
      Instant start) {
    if (common.json) {
      new JsonResult("data check")
          .put("kind", kind)
          .put("split", splitBy)
          .put("splits", json(images, labels))
          .put("warnings", warnings.stream().map(DataNotes::withFlags).toList())
          .print(session.console(), session.secondsSince(start));
      return;
    }
    if (splitBy != null) {
      session.console().out().println("Split " + splitBy + ".");
    }
    Table table = new Table("split", "pictures", "labels", "smallest", "largest", "repeated");
    for (int i = 0; i < images.splits().size(); i++) {
      ImageSummary.ImageSplit split = images.splits().get(i);
      table.row(
          split.name(),
          DataCheckCommand.count(split.pictures()),
          labels == null ? "none" : count(labels.splits().get(i)),
          split.smallest(),
          split.largest(),
          DataCheckCommand.count(split.repeated()));
    }
    table.print(session.console());
    session.console().out().println("Sizes are height x width in pixels.");
    if (labels != null) {
      DataCheckCommand.labels(session, labels);
    }
    DataCheckCommand.print(session, warnings);
  }

  private static String count(SplitSummary split) {
    return split.labels().isEmpty() ? "numbers" : DataCheckCommand.count(split.labels().size());
  }

  private static List<Map<String, Object>> json(ImageSummary images, @Nullable DataSummary labels) {
    List<Map<String, Object>> splits = new ArrayList<>();
    for (int i = 0; i < images.splits().size(); i++) {
      ImageSummary.ImageSplit split = images.splits().get(i);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("file", split.file());
      one.put("rows", split.pictures());
      one.put("labels", labels == null ? Map.of() : labels.splits().get(i).labels());
      one.put("smallest", split.smallest());
      one.put("largest", split.largest());
      one.put("duplicates", split.repeated());
      splits.add(one);
    }
    return splits;
  }
}
