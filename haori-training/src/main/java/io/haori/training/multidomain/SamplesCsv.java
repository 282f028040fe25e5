package io.haori.training.multidomain;

import io.haori.analysis.transfer.SampleKind;
import io.haori.files.AtomicFiles;
import io.haori.training.data.Row;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** Every test sample with what became of it, as a table that other programs read. */
public final class SamplesCsv {
  private static final String[] HEADER = {
    "domain", "id", "seed", "text", "label", "independent", "joint", "kind"
  };

  private SamplesCsv() {}

  /**
   * Writes the table: one line a sample and seed. A sample's id is its line in the test file;
   * {@code independent} and {@code joint} are the classes that the two models gave.
   *
   * @param file where it shall stand
   * @param study whose models of each domain and of all are done
   */
  public static void write(Path file, TransferStudy study) {
    StringBuilder text = new StringBuilder();
    line(text, (Object[]) HEADER);
    for (int domain : study.all()) {
      add(text, study, domain);
    }
    AtomicFiles.writeText(file, text.toString());
  }

  private static void line(StringBuilder text, Object... cells) {
    text.append(CSVFormat.RFC4180.format(cells)).append('\n');
  }

  private static void add(StringBuilder text, TransferStudy study, int domain) {
    Domain one = study.domains().all().get(domain);
    List<FinishedSet> alone = study.of(List.of(domain));
    List<FinishedSet> together = study.of(study.all());
    for (int seed = 0; seed < alone.size(); seed++) {
      List<String> independent = alone.get(seed).of(one.name()).predicted();
      List<String> joint = together.get(seed).of(one.name()).predicted();
      List<Row> rows = one.data().test().rows();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        String label = TransferStudy.label(row);
        SampleKind kind =
            SampleKind.of(independent.get(i).equals(label), joint.get(i).equals(label));
        line(
            text,
            one.name(),
            row.line(),
            alone.get(seed).seed(),
            row.textPair() == null ? row.text() : row.text() + " | " + row.textPair(),
            label,
            independent.get(i),
            joint.get(i),
            kind.word());
      }
    }
  }
}
