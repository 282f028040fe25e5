package io.haori.training.multidomain.study;

import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.SampleKind;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Split;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.FinishedDomainSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/**
 * Every test sample with what became of it, as a table that other programs read: one line a sample
 * and seed. A sample's id is its line in the test file; {@code independent} and {@code joint} are
 * the classes that the two models gave, or what they wrote, or by losses these in nats a token, of
 * which a fall is transfer and a rise interference.
 *
 * <pre>{@code
 * SamplesCsv samples = new SamplesCsv("capacity");
 * samples.add(study, domain, study.all(), "rank 4");
 * samples.write(file);
 * }</pre>
 */
public final class SamplesCsv {
  private static final List<String> COLUMNS =
      List.of("domain", "id", "seed", "text", "label", "independent", "joint", "kind");

  private final int more;
  private final StringBuilder text = new StringBuilder();

  /**
   * An empty table.
   *
   * @param more names of columns before the usual ones, for what differs between several analyses
   *     in one table
   */
  public SamplesCsv(String... more) {
    this.more = more.length;
    List<String> names = new ArrayList<>(List.of(more));
    names.addAll(COLUMNS);
    line(names.toArray());
  }

  /**
   * Adds a domain's test samples.
   *
   * @param study whose models of the domain alone and of {@code together} are done
   * @param domain in {@code together}
   * @param together the set whose model is compared with that of the domain alone
   * @param values of the further columns
   */
  public void add(TransferStudy study, int domain, List<Integer> together, String... values) {
    if (values.length != more) {
      throw new IllegalArgumentException(values.length + " values for " + more + " columns");
    }
    Domain one = study.domains().all().get(domain);
    boolean losses = study.measure() == Measure.LOSS;
    List<FinishedDomainSet> alone = study.of(List.of(domain));
    List<FinishedDomainSet> models = study.of(together);
    for (int seed = 0; seed < alone.size(); seed++) {
      List<String> independent = alone.get(seed).of(one.name()).predicted();
      List<String> joint = models.get(seed).of(one.name()).predicted();
      double[] lossesAlone =
          losses ? study.losses(alone.get(seed), one.name(), Split.TEST) : new double[0];
      double[] lossesTogether =
          losses ? study.losses(models.get(seed), one.name(), Split.TEST) : new double[0];
      List<Row> rows = one.data().test().rows();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        String label = TransferStudy.label(row);
        SampleKind kind =
            SampleKind.of(independent.get(i).equals(label), joint.get(i).equals(label));
        List<Object> cells = new ArrayList<>(List.of((Object[]) values));
        cells.add(one.name());
        cells.add(row.line());
        cells.add(alone.get(seed).seed());
        boolean pair = row.textPair() != null && !one.isWritten();
        cells.add(pair ? row.text() + " | " + row.textPair() : row.text());
        cells.add(label);
        cells.add(losses ? lossesAlone[i] : independent.get(i));
        cells.add(losses ? lossesTogether[i] : joint.get(i));
        cells.add(losses ? word(lossesAlone[i], lossesTogether[i]) : kind.word());
        line(cells.toArray());
      }
    }
  }

  /** What became of a row's loss. */
  private static String word(double alone, double together) {
    return together == alone
        ? "same"
        : (together < alone ? SampleKind.TRANSFER : SampleKind.INTERFERENCE).word();
  }

  /**
   * Writes the table.
   *
   * @param file where it is written
   */
  public void write(Path file) {
    AtomicFiles.writeText(file, text.toString());
  }

  private void line(Object... cells) {
    text.append(CSVFormat.RFC4180.format(cells)).append('\n');
  }
}
