package io.haori.server.data;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a file of data is read; what is empty is found out from the file.
 *
 * @param textColumn name of the column of texts
 * @param labelColumn name of the column of right answers
 * @param pairColumn name of the column of second texts
 * @param domainColumn name of the column of domains
 * @param groupColumn name of the column of groups
 * @param sheet name of an XLSX file's sheet
 * @param task name of the task
 * @param textsOnly whether the rows have no labels
 * @param labels the labels that there are, a line each, which may have a tab and a description; of
 *     rows without labels what a first model learns from; empty for those of the rows
 */
public record Reading(
    String textColumn,
    String labelColumn,
    String pairColumn,
    String domainColumn,
    String groupColumn,
    String sheet,
    String task,
    boolean textsOnly,
    String labels) {
  private static final int LONGEST = 200;
  private static final int LONGEST_LABELS = 20_000;

  /** Checks the lengths. */
  public Reading {
    labels = labels.replace("\r\n", "\n").replace('\r', '\n').strip();
    require(
        labels.length() <= LONGEST_LABELS
            && labels.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'),
        "labels",
        "at most " + LONGEST_LABELS + " printable characters",
        labels.length());
    for (String one :
        List.of(textColumn, labelColumn, pairColumn, domainColumn, groupColumn, sheet, task)) {
      require(
          one.length() <= LONGEST && one.chars().noneMatch(Character::isISOControl),
          "name of a column",
          "at most " + LONGEST + " printable characters",
          one.length());
    }
  }

  /** All is found out. */
  public static Reading usual() {
    return new Reading("", "", "", "", "", "", "", false, "");
  }

  /** The options that say it on the command line, but for the labels. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--text-column", textColumn);
    add(arguments, "--pair-column", pairColumn);
    add(arguments, "--sheet", sheet);
    if (!textsOnly) {
      add(arguments, "--label-column", labelColumn);
      add(arguments, "--domain-column", domainColumn);
      add(arguments, "--group-column", groupColumn);
      add(arguments, "--task", task);
    }
    return arguments;
  }

  /**
   * The same with the labels, for the commands that can be given them.
   *
   * @param data file that is read, beside which {@link #labelFile} lies
   */
  public List<String> argumentsWithLabels(Path data) {
    List<String> arguments = arguments();
    if (!labels.isEmpty()) {
      arguments.add("--labels=" + labelFile(data));
    }
    return arguments;
  }

  /** The labels without what they mean. */
  public List<String> labelNames() {
    return labels
        .lines()
        .map(line -> line.split("\t", 2)[0].strip())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /**
   * Where the labels of a file are.
   *
   * @param data of an upload; its own name never ends so
   */
  public static Path labelFile(Path data) {
    return data.resolveSibling("labels.text");
  }

  private static void add(List<String> arguments, String flag, String value) {
    if (!value.isEmpty()) {
      // One word, so that a value that begins with a dash is no option.
      arguments.add(flag + "=" + value);
    }
  }

  /** As it is stored. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("textColumn", textColumn);
    map.put("labelColumn", labelColumn);
    map.put("pairColumn", pairColumn);
    map.put("domainColumn", domainColumn);
    map.put("groupColumn", groupColumn);
    map.put("sheet", sheet);
    map.put("task", task);
    map.put("textsOnly", textsOnly);
    map.put("labels", labels);
    return map;
  }

  static Reading of(JsonNode json) {
    return new Reading(
        json.path("textColumn").asText(),
        json.path("labelColumn").asText(),
        json.path("pairColumn").asText(),
        json.path("domainColumn").asText(),
        json.path("groupColumn").asText(),
        json.path("sheet").asText(),
        json.path("task").asText(),
        json.path("textsOnly").asBoolean(),
        json.path("labels").asText());
  }
}
