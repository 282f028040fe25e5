package io.haori.cli.analyze;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.HeatMap;
import io.haori.analysis.report.IntervalChart;
import io.haori.analysis.report.Page;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.DomainTransfer;
import io.haori.analysis.transfer.EffectMatrix;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.SampleKind;
import io.haori.cli.session.MethodText;
import io.haori.core.language.Catalogue;
import io.haori.inference.folder.HaoriJson;
import io.haori.tensor.Engine;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.FinishedDomainSet;
import io.haori.training.multidomain.study.TransferStudy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The page that a transfer analysis writes.
 *
 * @param study whose models are done
 * @param settings of all models
 * @param base as the user named it
 * @param figures the result
 */
record TransferReport(
    TransferStudy study, DomainSetSettings settings, String base, TransferFigures figures) {
  private static final int READ = 10;

  String html(Catalogue words) {
    List<String> names = study.domains().names();
    Page page = new Page("Transfer and interference of " + names.size() + " domains", words);
    figures.sentences().forEach(page::answer);
    page.heading("Each domain alone and with all others").table(shares()).chart(bars());
    EffectMatrix pairs = figures.pairs();
    if (pairs != null) {
      page.heading("Domain on domain")
          .chart(
              heat(
                  pairs,
                  "What training with one domain does to another",
                  losses()
                      ? "How much smaller the loss on the column's domain is in the model of both"
                          + " than in the model of the column alone. A star: more than chance after"
                          + " correction."
                      : "Accuracy on the column's domain of the model of both less that of the"
                          + " model of the column alone, in points. A star: more than chance"
                          + " after correction.",
                  "trained with"));
    }
    EffectMatrix contributions = figures.contributions();
    if (contributions != null) {
      page.heading("What each domain brings into the model of all")
          .chart(
              heat(
                  contributions,
                  "Leave one out",
                  losses()
                      ? "How much smaller the loss on the column's domain is in the model of all"
                          + " domains than in the model of all but the row's. A star: more than"
                          + " chance after correction."
                      : "Accuracy on the column's domain of the model of all domains less that of"
                          + " the model of all but the row's, in points. A star: more than chance"
                          + " after correction.",
                  "left out"));
    }
    if (!study.domains().areWritten()) {
      page.heading("How much each domain's loss counted").chart(weights());
    }
    samples(page, SampleKind.TRANSFER, "Samples that gained most");
    samples(page, SampleKind.INTERFERENCE, "Samples that lost most");
    page.heading("How this was measured").list(howMeasured());
    page.heading("What was run").table(provenance()).table(data());
    return page.html();
  }

  private Figures figuresOf() {
    return study.measure().figures();
  }

  private boolean losses() {
    return study.measure() == Measure.LOSS;
  }

  private Grid shares() {
    List<List<String>> rows = new ArrayList<>();
    for (DomainTransfer domain : figures.analysis().domains()) {
      rows.add(
          List.of(
              domain.name(),
              study.measure().text(domain.shares().independent()),
              study.measure().text(domain.shares().joint()),
              figuresOf().text(domain.shares().transfer()),
              figuresOf().text(domain.shares().interference()),
              figuresOf().difference(domain.gain().estimate()),
              figuresOf().interval(domain.gain().low(), domain.gain().high()),
              Figures.pValue(domain.corrected()),
              study.seeds().size() == 1 ? "–" : figuresOf().text(domain.seedSpread())));
    }
    return new Grid(
        List.of(
            "domain",
            "alone",
            "together",
            "transfer",
            "interference",
            "gain",
            "95 % interval",
            "corrected p",
            "spread over seeds"),
        rows);
  }

  private IntervalChart bars() {
    List<DomainTransfer> domains = figures.analysis().domains();
    List<Interval> up = new ArrayList<>();
    List<Interval> down = new ArrayList<>();
    for (DomainTransfer domain : domains) {
      up.add(domain.transfer());
      Interval loss = domain.interference();
      down.add(new Interval(-loss.estimate(), -loss.high(), -loss.low()));
    }
    return new IntervalChart(
        "Transfer and interference",
        losses()
            ? "To the right what the loss of test samples falls by in the model of all domains, to"
                + " the left what it rises by, as means over all samples; lines are 95 %"
                + " intervals. The two together are the fall of the loss."
            : "To the right the share of test samples that only the model of all domains has right,"
                + " to the left the share that only the model of the domain alone has right; lines"
                + " are 95 % intervals. The two together are the gain in accuracy.",
        losses() ? "nats a token" : "share of test samples",
        figuresOf(),
        domains.stream().map(DomainTransfer::name).toList(),
        List.of(
            new IntervalChart.Series("transfer", List.copyOf(up), List.of()),
            new IntervalChart.Series("interference", List.copyOf(down), List.of())),
        true);
  }

  private HeatMap heat(EffectMatrix matrix, String title, String caption, String rowAxis) {
    return new HeatMap(
        title,
        caption,
        rowAxis,
        "effect on",
        figuresOf(),
        matrix.names(),
        matrix.names(),
        matrix.gains(),
        matrix.sure());
  }

  private CurveChart weights() {
    FinishedDomainSet all = study.of(study.all()).get(0);
    int steps = all.weights().length;
    List<CurveChart.Curve> curves = new ArrayList<>();
    for (int own = 0; own < all.answers().size(); own++) {
      double[] x = new double[steps];
      double[] y = new double[steps];
      for (int step = 0; step < steps; step++) {
        x[step] = step + 1;
        y[step] = all.weights()[step][own];
      }
      curves.add(new CurveChart.Curve(all.answers().get(own).domain(), x, y, null));
    }
    return new CurveChart(
        "Weights over the steps",
        "What a row's loss was multiplied with in the model of all domains, first seed; weighting: "
            + settings.weighting().word()
            + ".",
        Axis.linear("step", Figures.COUNT),
        Axis.linear("weight of a row's loss", Figures.PLAIN),
        curves);
  }

  private void samples(Page page, SampleKind kind, String heading) {
    List<TransferStudy.Sample> samples = new ArrayList<>();
    for (int domain : study.all()) {
      samples.addAll(study.samples(domain, kind));
    }
    if (!losses()) {
      samples.sort((a, b) -> Integer.compare(b.seeds(), a.seeds()));
    }
    List<List<String>> rows =
        samples.stream()
            .limit(READ)
            .map(
                s ->
                    List.of(
                        s.domain(),
                        s.seeds() + " of " + study.seeds().size(),
                        s.text(),
                        s.label(),
                        s.independent(),
                        s.joint()))
            .toList();
    page.heading(heading);
    if (rows.isEmpty()) {
      page.paragraph("There are none.");
    } else {
      String row = ofPictures() ? "picture" : "text";
      page.table(new Grid(List.of("domain", "seeds", row, "right", "alone", "together"), rows));
    }
  }

  private boolean ofPictures() {
    return study.domains().all().stream().allMatch(one -> one.data().train().isOfPictures());
  }

  private List<String> howMeasured() {
    return study.domains().areWritten() ? howWritten() : howAnswered();
  }

  private List<String> howWritten() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        String.format(
            Locale.ROOT,
            "%d models: %d seeds each, the same for every set of domains; each learnt for all its"
                + " epochs, every token of its domains' rows counting the same.",
            study.wanted().size(),
            study.seeds().size()));
    sentences.add(
        losses()
            ? "The loss of a row is the mean over the tokens of its right answer, or of its text,"
                + " of −log p, in nats; a domain's is the mean over its rows. Transfer is the"
                + " mean over all rows of what the loss falls by where it falls, interference of"
                + " what it rises by where it rises; transfer less interference is the fall of"
                + " the loss."
            : "A test sample is right when what is written, each time the most likely token, is the"
                + " right answer but for blanks at the ends. Transfer is the share of test samples"
                + " that only the joint model has right, interference the reverse.");
    sentences.add(
        "95 % intervals: bootstrap, test samples and seeds drawn again, each seed with its pair of"
            + " models.");
    sentences.add(
        losses()
            ? "p: the exact sign test of each seed's pair of models, which of them has the smaller"
                + " loss, put together over seeds by Rüger's rule, corrected by Holm's rule for the"
                + " number of domains, in a matrix for the number of its cells."
            : "p: McNemar's exact test of each seed's pair of models, put together over seeds by"
                + " Rüger's rule (valid however the seeds depend), corrected by Holm's rule for the"
                + " number of domains, in a matrix for the number of its cells.");
    sentences.add(
        "More than chance means: the interval leaves out 0 and the corrected p is below 0.05.");
    return sentences;
  }

  private List<String> howAnswered() {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d models: %d seeds each, the same for every set of domains; a model's epoch was"
                + " chosen on the validation rows of its domains, each domain counting the same.",
            study.wanted().size(),
            study.seeds().size()),
        "Transfer is the share of test samples that the model of the domain alone gets wrong and"
            + " the joint model right, interference the reverse. Transfer less interference is"
            + " exactly the difference of the two accuracies.",
        "95 % intervals: bootstrap, test samples and seeds drawn again, each seed with its pair of"
            + " models.",
        "p: McNemar's exact test of each seed's pair of models, put together over seeds by Rüger's"
            + " rule (valid however the seeds depend), corrected by Holm's rule for the number of"
            + " domains, in a matrix for the number of its cells.",
        "More than chance means: the interval leaves out 0 and the corrected p is below 0.05.");
  }

  private Grid provenance() {
    return new Grid(
        List.of("what", "which"),
        List.of(
            List.of("base", base),
            List.of("method", MethodText.named(settings.tune().method())),
            List.of("epochs", String.valueOf(settings.tune().loop().epochs())),
            List.of(
                "learning rate", String.valueOf(settings.tune().loop().optimizer().learningRate())),
            List.of("batch", String.valueOf(settings.tune().batchSize())),
            List.of("weighting", settings.weighting().word()),
            List.of("heads", settings.heads().word()),
            List.of("seeds", study.seeds().toString()),
            List.of("precision", settings.tune().text().precision().name()),
            List.of("base kept as", settings.tune().baseForm().precision().id()),
            List.of("threads", String.valueOf(Engine.threads())),
            List.of("Haori", HaoriJson.codeVersion())),
        true);
  }

  private Grid data() {
    return new Grid(
        List.of("domain", "folder", "train", "validation", "test", "classes"),
        study.domains().all().stream().map(TransferReport::row).toList());
  }

  private static List<String> row(Domain domain) {
    return List.of(
        domain.name(),
        domain.data().folder().toString(),
        Figures.COUNT.text(domain.data().train().rows().size()),
        Figures.COUNT.text(domain.data().validation().rows().size()),
        Figures.COUNT.text(domain.data().test().rows().size()),
        Figures.COUNT.text(domain.labels().size()));
  }
}
