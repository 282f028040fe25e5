package io.haori.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The quickstart's report: one HTML file that needs no other, with a picture in SVG.
 *
 * @param rows one a domain
 * @param finding what came out, in a sentence
 * @param seconds wall time of the whole run
 * @param out where data and adapters stand
 */
record QuickstartReport(List<QuickstartRow> rows, String finding, double seconds, Path out) {
  private static final int WIDTH = 720;
  private static final int LEFT = 170;
  private static final int ROW = 44;
  private static final int TOP = 34;

  /** The whole page. */
  String html() {
    StringBuilder table = new StringBuilder();
    for (QuickstartRow row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.1f %%</td><td>%.1f %%</td><td>%+.1f</td><td>%d</td>"
                  + "<td>%d</td></tr>%n",
              row.domain(),
              100 * row.frozen(),
              100 * row.lora(),
              100 * row.gain(),
              row.onlyLora(),
              row.onlyFrozen()));
    }
    String folder = escaped(out.toString());
    String domain = rows.get(0).domain();
    return String.format(
        Locale.ROOT,
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Haori quickstart</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em }
        table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right }
        td:first-child, th:first-child { text-align: left } th { border-bottom: 1px solid #999 }
        code, pre { background: #f3f3f3; padding: .1em .3em } pre { padding: .6em; overflow: auto }
        </style></head><body>
        <h1>Haori quickstart</h1>
        <p><strong>%s</strong></p>
        %s
        <p>Each domain is a group of nouns of WordNet 3.1 with its own families, for example mammals and
        birds; the task is to find a noun's family from its definition. 400 definitions of a domain were
        learnt from, 200 chose the epoch, and the %d of the table were looked at once, at the end.</p>
        <table><tr><th>domain</th><th>head alone</th><th>LoRA</th><th>gain</th><th>only LoRA right</th>
        <th>only head right</th></tr>
        %s</table>
        <p>The run took %.0f s. Go on with one of its adapters:</p>
        <pre>echo "a text of yours" | ./haori predict --adapter %s/adapters/%s-lora --input -</pre>
        <p>or with your own rows in <code>train.jsonl</code>, <code>validation.jsonl</code> and
        <code>test.jsonl</code>:</p>
        <pre>./haori tune --data DIR --out my-adapter</pre>
        </body></html>
        """,
        escaped(finding),
        svg(),
        rows.get(0).rows(),
        table,
        seconds,
        folder,
        domain);
  }

  /** Two bars a domain. */
  String svg() {
    int height = TOP + ROW * rows.size() + 10;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " font-family=\"system-ui, sans-serif\" font-size=\"14\" role=\"img\">%n"
                + "<title>Accuracy of LoRA and of a linear head alone, by domain</title>%n"
                + "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n",
            WIDTH,
            height,
            WIDTH,
            WIDTH,
            height));
    legend(svg, LEFT, "#b9c4d0", "linear head on the frozen base");
    legend(svg, LEFT + 250, "#2f6f9f", "LoRA");
    for (int i = 0; i < rows.size(); i++) {
      QuickstartRow row = rows.get(i);
      int y = TOP + ROW * i;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
              LEFT - 10,
              y + 22,
              row.domain()));
      bar(svg, y, row.frozen(), "#b9c4d0");
      bar(svg, y + 17, row.lora(), "#2f6f9f");
    }
    return svg.append("</svg>").toString();
  }

  private static void legend(StringBuilder svg, int x, String colour, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"8\" width=\"12\" height=\"12\" fill=\"%s\"/><text x=\"%d\""
                + " y=\"19\">%s</text>%n",
            x,
            colour,
            x + 18,
            text));
  }

  private static void bar(StringBuilder svg, int y, double share, String colour) {
    double width = share * (WIDTH - LEFT - 60);
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"15\" fill=\"%s\"/><text x=\"%.1f\""
                + " y=\"%d\" font-size=\"12\">%.1f %%</text>%n",
            LEFT,
            y,
            width,
            colour,
            LEFT + width + 5,
            y + 12,
            100 * share));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
