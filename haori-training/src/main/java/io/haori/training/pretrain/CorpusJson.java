package io.haori.training.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.training.data.DataFile;
import io.haori.training.data.json.DataJson;
import java.util.ArrayList;
import java.util.List;

/** A domain's texts as JSON, of which another machine makes an equal corpus. */
final class CorpusJson {
  private static final String NAME = "name";
  private static final String FILES = "files";
  private static final String HELD_OUT = "heldOut";

  private CorpusJson() {}

  static ObjectNode write(DomainCorpus corpus) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(NAME, corpus.name());
    write(json.putArray(FILES), corpus.files());
    write(json.putArray(HELD_OUT), corpus.heldOut());
    return json;
  }

  private static void write(ArrayNode array, List<DataFile> files) {
    files.forEach(file -> array.add(DataJson.write(file)));
  }

  static DomainCorpus read(JsonNode json) {
    return new DomainCorpus(
        json.path(NAME).asText(), files(json.path(FILES)), files(json.path(HELD_OUT)));
  }

  private static List<DataFile> files(JsonNode array) {
    List<DataFile> files = new ArrayList<>();
    array.forEach(one -> files.add(DataJson.readFile(one)));
    return files;
  }
}
