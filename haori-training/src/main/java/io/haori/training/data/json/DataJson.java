package io.haori.training.data.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as they were read, whatever file they came from: no column, encoding or split is chosen a
 * second time where they are used, and paths and digests are those that the reader saw.
 */
public final class DataJson {
  private static final String PATH = "path";
  private static final String SHA256 = "sha256";
  private static final String ENCODING = "encoding";
  private static final String ROWS = "rows";
  private static final String FOLDER = "folder";
  private static final String SPLIT_BY = "splitBy";
  private static final String TASK = "task";
  private static final String HEADS = "heads";
  private static final String DOMAIN = "domain";
  private static final String LABELS = "labels";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private DataJson() {}

  /** The rows of one file. {@link #readFile} makes an equal one of it. */
  public static ObjectNode write(DataFile file) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(PATH, file.path().toString()).put(SHA256, file.sha256());
    if (file.encodingFound() != null) {
      json.put(ENCODING, file.encodingFound());
    }
    ArrayNode rows = json.putArray(ROWS);
    file.rows().forEach(row -> rows.add(RowJson.write(row)));
    return json;
  }

  /** The rows of one file, as {@link #write(DataFile)} wrote them. */
  public static DataFile readFile(JsonNode json) {
    List<Row> rows = new ArrayList<>();
    json.path(ROWS).forEach(row -> rows.add(RowJson.read(row)));
    return new DataFile(
        Path.of(json.path(PATH).asText()),
        rows,
        json.path(SHA256).asText(),
        RowJson.text(json.get(ENCODING)));
  }

  /** A task's data. {@link #readDataset} makes equal ones of it. */
  public static ObjectNode write(Dataset data) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(FOLDER, data.folder().toString());
    if (data.splitBy() != null) {
      json.put(SPLIT_BY, data.splitBy());
    }
    json.put(TASK, data.labels().task().name());
    ArrayNode heads = json.putArray(HEADS);
    for (DomainLabels.Head head : data.labels().heads()) {
      heads
          .addObject()
          .put(DOMAIN, head.domain())
          .set(LABELS, RowJson.array(head.labels().names()));
    }
    json.set(TRAIN, write(data.train()));
    json.set(VALIDATION, write(data.validation()));
    json.set(TEST, write(data.test()));
    return json;
  }

  /** A task's data, as {@link #write(Dataset)} wrote them. */
  public static Dataset readDataset(JsonNode json) {
    String name = json.path(TASK).asText();
    Task task =
        TaskCatalogue.find(name)
            .orElseThrow(() -> new IllegalArgumentException("no task of the name " + name));
    List<DomainLabels.Head> heads = new ArrayList<>();
    for (JsonNode head : json.path(HEADS)) {
      heads.add(
          new DomainLabels.Head(
              head.path(DOMAIN).asText(), LabelSet.of(RowJson.texts(head.path(LABELS)))));
    }
    return new Dataset(
        Path.of(json.path(FOLDER).asText()),
        new DomainLabels(task, heads),
        readFile(json.path(TRAIN)),
        readFile(json.path(VALIDATION)),
        readFile(json.path(TEST)),
        RowJson.text(json.get(SPLIT_BY)));
  }
}
