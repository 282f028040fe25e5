package io.haori.training.data.group;

import io.haori.inference.task.spi.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows that belong together, so that none of them is learnt from while another is tested: rows of
 * one {@link Row#group}, rows of one text, and rows of one label and domain whose texts are nearly
 * identical, such as those of a template. Texts are nearly identical when they are the same but for
 * case, numbers and punctuation, or share nine tenths of their parts of four characters. A label of
 * which fewer than five different texts would be left consists of templates; its texts count as
 * different, or nothing of it could be held out. Names of pictures say nothing about what they
 * show: pictures belong together by their group or as one file.
 */
public final class RowGroups {
  private static final int LEAST_OF_LABEL = 5;

  private final List<Row> rows;
  private final DisjointSets sets;

  private RowGroups(List<Row> rows) {
    this.rows = List.copyOf(rows);
    sets = new DisjointSets(rows.size());
    Map<String, Integer> texts = new HashMap<>();
    Map<String, Integer> groups = new HashMap<>();
    Map<String, List<Integer>> alike = new LinkedHashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      Row one = rows.get(row);
      Integer same = texts.putIfAbsent(TextKey.of(one), row);
      if (same == null && one.image() == null) {
        String answer = one.domain() + "\u0001" + one.label();
        alike.computeIfAbsent(answer, k -> new ArrayList<>()).add(row);
      } else if (same != null) {
        sets.join(row, same);
      }
      Integer before = one.group() == null ? null : groups.putIfAbsent(one.group(), row);
      if (before != null) {
        sets.join(row, before);
      }
    }
    alike.values().forEach(this::joinAlike);
  }

  /** Joins what is nearly identical among different texts of one label. */
  private void joinAlike(List<Integer> ours) {
    DisjointSets left = new DisjointSets(ours.size());
    NearTexts.link(ours.stream().map(row -> folded(rows.get(row))).toList(), left::join);
    if (left.count() >= LEAST_OF_LABEL) {
      for (int i = 0; i < ours.size(); i++) {
        sets.join(ours.get(i), ours.get(left.of(i)));
      }
    }
  }

  private static String folded(Row row) {
    String second = row.textPair() == null ? "" : "\u0001" + NearTexts.fold(row.textPair());
    return NearTexts.fold(row.text()) + second;
  }

  /**
   * Finds them.
   *
   * @param rows of one file or split
   */
  public static RowGroups of(List<Row> rows) {
    return new RowGroups(rows);
  }

  /**
   * All groups, also those of one row.
   *
   * @return the rows of each by their index, ascending; in the order of their first rows
   */
  public List<List<Integer>> all() {
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      groups.computeIfAbsent(sets.of(row), k -> new ArrayList<>()).add(row);
    }
    return List.copyOf(groups.values());
  }

  /** The groups of different texts, which would have been parted if texts alone counted. */
  public List<List<Integer>> ofDifferentTexts() {
    return all().stream()
        .filter(group -> group.stream().map(rows::get).map(TextKey::of).distinct().count() > 1)
        .toList();
  }

  /** For each row the first row of its group. */
  public int[] ofRows() {
    int[] first = new int[rows.size()];
    for (int row = 0; row < first.length; row++) {
      first[row] = sets.of(row);
    }
    return first;
  }
}
