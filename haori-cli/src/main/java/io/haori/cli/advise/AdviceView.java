package io.haori.cli.advise;

import io.haori.analysis.report.Grid;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Table;
import java.nio.file.Path;
import java.util.List;

/**
 * Prints an advice; the verdict is its first line.
 *
 * @param console where it is shown
 * @param data as the user named it
 */
record AdviceView(Console console, Path data) {
  void print(Advice advice) {
    Advice.Money money = advice.money();
    if (money != null) {
      line(AdviceWords.verdict(money.payback(), money.costs()));
      line("");
    }
    line(AdviceWords.accuracy(advice.probe()));
    table(AdviceTables.ground(advice));
    table(AdviceTables.curve(advice));
    table(AdviceTables.labels(advice));
    if (money != null) {
      line(AdviceWords.handOver(advice, money.handOver()));
      table(AdviceTables.money(money.payback(), money.costs()));
      line("Low and high: 10 % of all cases are below and above.");
      table(AdviceTables.matters(money.payback()));
    }
    if (!advice.nearest().isEmpty()) {
      table(AdviceTables.nearest(advice));
    }
    if (!advice.ground().corpora().isEmpty()) {
      table(AdviceTables.corpora(advice));
      line(AdviceWords.corpora());
    }
    table(AdviceTables.estimates(advice));
    line(AdviceWords.estimates());
    AdviceWords.refused(advice.ground().estimates()).forEach(this::line);
    line("");
    line(AdviceWords.rule(advice));
    line("First: " + AdviceWords.command(data, advice));
    line("  " + AdviceWords.reason(advice.first()));
    line(
        advice.ofPictures()
            ? "Then: haori data order shows which pictures to label next."
            : "Then: haori data order shows which texts to label next.");
    AdviceWords.ofPictures(advice).forEach(this::line);
  }

  private void table(Grid grid) {
    line("");
    Table table = new Table(grid.header().toArray(String[]::new));
    if (grid.keyed()) {
      table.keyed();
    }
    for (List<String> row : grid.rows()) {
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
    line("");
  }

  private void line(String text) {
    console.out().println(text);
  }
}
