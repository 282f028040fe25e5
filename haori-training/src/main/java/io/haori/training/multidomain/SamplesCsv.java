package io.haori.training.multidomain;

import io.haori.analysis.transfer.SampleKind;
import io.haori.files.AtomicFiles;
import io.haori.training.data.Row;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

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
    StringWriter text = new StringWriter();
    try (CSVPrinter csv =
        new CSVPrinter(
            text, CSVFormat.RFC4180.builder().setHeader(HEADER).setRecordSeparator("\n").get())) {
      for (int domain : study.all()) {
        write(csv, study, domain);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to memory", e);
    }
    AtomicFiles.writeText(file, text.toString());
  }

  private static void write(CSVPrinter csv, TransferStudy study, int domain) throws IOException {
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
        csv.printRecord(
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
