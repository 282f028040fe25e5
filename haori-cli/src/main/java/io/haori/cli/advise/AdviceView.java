package io.haori.cli.advise;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.Payback;
import io.haori.analysis.report.Grid;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Table;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prints an advice; the verdict is its first line.
 *
 * @param console where it is shown
 * @param data as the user named it
 */
record AdviceView(Console console, Path data) {
  void print(Advice advice, @Nullable Payback payback) {
    Costs costs = advice.costs();
    HandOver handOver = advice.handOver();
    boolean money = payback != null && costs != null && handOver != null;
    if (money) {
      line(AdviceWords.verdict(payback, costs));
      line("");
    }
    line(AdviceWords.accuracy(advice.probe()));
    table(AdviceTables.curve(advice));
    table(AdviceTables.labels(advice.probe().answers(), handOver));
    if (money) {
      line(AdviceWords.handOver(handOver));
      table(AdviceTables.money(payback, costs));
      line("Low and high: 10 % of all cases are below and above.");
      table(AdviceTables.matters(payback));
    }
    line("First: " + AdviceWords.command(data, advice.first()));
    line("  " + AdviceWords.reason(advice.first()));
    line("Then: haori data order shows which texts to label next.");
  }

  private void table(Grid grid) {
    line("");
    Table table = new Table(grid.header().toArray(String[]::new));
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
