package io.haori.analysis.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Things in groups, with lines between them: those of one group have one colour and are together.
 *
 * @param title what it shows
 * @param caption how to read it
 * @param names of the things
 * @param groups indices of the members of each group; every thing in one
 * @param lines between things
 */
public record GroupChart(
    String title, String caption, List<String> names, List<List<Integer>> groups, List<Line> lines)
    implements Chart {
  /**
   * A line.
   *
   * @param from index of a thing
   * @param to index of another one
   * @param strength in [−1, 1]: its width, blue above 0 and red below
   * @param tip what is shown of it
   */
  public record Line(int from, int to, double strength, String tip) {}

  private static final double WIDEST = 7;

  @Override
  public int height() {
    return 460;
  }

  @Override
  public Map<String, Object> option() {
    List<Object> nodes = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      for (int member : groups.get(group)) {
        nodes.add(
            Options.of(
                "name",
                names.get(member),
                "tip",
                names.get(member) + ", model " + (group + 1),
                "symbolSize",
                26,
                "itemStyle",
                Options.of("color", Options.colour(group))));
      }
    }
    List<Object> links = new ArrayList<>();
    for (Line line : lines) {
      links.add(
          Options.of(
              "source",
              names.get(line.from()),
              "target",
              names.get(line.to()),
              "tip",
              line.tip(),
              "lineStyle",
              Options.of(
                  "width",
                  0.5 + WIDEST * Math.abs(line.strength()),
                  "color",
                  line.strength() < 0 ? "#D55E00" : "#0072B2",
                  "opacity",
                  0.55,
                  "curveness",
                  0.12)));
    }
    return Options.of(
        "series",
        List.of(
            Options.of(
                "type",
                "graph",
                "layout",
                "circular",
                "left",
                140,
                "right",
                140,
                "top",
                50,
                "bottom",
                50,
                "circular",
                Options.of("rotateLabel", false),
                "label",
                Options.of("show", true, "position", "right", "fontWeight", "bold"),
                "data",
                nodes,
                "links",
                links)));
  }
}
