package io.haori.cli.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.analysis.statistics.Summary;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.folder.MergedFolder;
import io.haori.inference.model.TextBase;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.SequentialPretrainer;
import io.haori.training.pretrain.SequentialPretrainer.OrderResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code haori pretrain --sequential}: the whole base, one domain after another, in each order. */
final class SequentialRun {
  /** Begins the names of the folders. */
  static final String ORDER = "order-";

  private final Session session;
  private final CommonOptions common;
  private final Path out;
  private final boolean force;
  private final BooleanSupplier stopRequested;

  SequentialRun(
      Session session,
      CommonOptions common,
      Path out,
      boolean force,
      BooleanSupplier stopRequested) {
    this.session = session;
    this.common = common;
    this.out = out;
    this.force = force;
    this.stopRequested = stopRequested;
  }

  /** The name of an order's folder. */
  static String folder(List<String> order) {
    return ORDER + String.join("-", order);
  }

  /** Trains, writes one base an order, reports what was forgotten. */
  int run(
      EngineSetup engine,
      String baseName,
      PretrainSettings settings,
      List<DomainCorpus> corpora,
      List<List<String>> orders,
      Instant start) {
    List<Path> folders = new ArrayList<>();
    for (List<String> order : orders) {
      Path folder = out.resolve(folder(order));
      require(
          force || !Files.exists(folder), "--out", "a folder without " + folder.getFileName(), out);
      folders.add(folder);
    }
    SequentialPretrainer.requireTrainable(settings);
    List<OrderResult> results = new ArrayList<>();
    try (TextBase base = engine.open(baseName, settings.base().form(DType.F32))) {
      for (int i = 0; i < orders.size(); i++) {
        Path folder = folders.get(i);
        String name = "order " + (i + 1) + "/" + orders.size();
        try (View view = new View(name, base.name(), i == 0)) {
          OrderResult result =
              new SequentialPretrainer(base, settings)
                  .listener(view)
                  .stopWhen(stopRequested)
                  .run(
                      corpora,
                      orders.get(i),
                      trained ->
                          AtomicFiles.writeFolder(
                              folder, target -> MergedFolder.write(target, trained)));
          view.close();
          if (result == null) {
            session
                .console()
                .err()
                .println("Interrupted; " + results.size() + " orders are done, this one is lost.");
            return ExitCode.INTERRUPTED;
          }
          results.add(result);
        }
      }
    }
    show(results, folders, settings, start);
    return ExitCode.DONE;
  }

  private void show(
      List<OrderResult> results, List<Path> folders, PretrainSettings settings, Instant start) {
    for (int i = 0; i < results.size(); i++) {
      OrderResult result = results.get(i);
      Table table = new Table(header(result));
      List<String> names = List.copyOf(result.start().keySet());
      row(table, "base", names, result.start());
      for (int stage = 0; stage < result.order().size(); stage++) {
        String learnt = "after " + result.order().get(stage);
        row(table, learnt, names, result.stages().get(stage));
      }
      row(table, "forgotten", names, result.forgetting());
      session.console().out().println("Held-out loss, order " + String.join(", ", result.order()));
      table.print(session.console());
      session.console().out().println("Base: " + folders.get(i));
      session.console().out().println();
    }
    Map<String, Double> spread = spread(results);
    if (results.size() > 1) {
      session.console().out().println("Spread of the last losses over the orders (std):");
      spread.forEach(
          (domain, value) ->
              session
                  .console()
                  .out()
                  .println(String.format(Locale.ROOT, "  %s %.4f", domain, value)));
    }
    if (common.json) {
      List<Map<String, Object>> orders = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        orders.add(forJson(results.get(i), folders.get(i)));
      }
      new JsonResult("pretrain")
          .put("settings", settings.byName())
          .put("orders", orders)
          .put("orderSpread", spread)
          .print(session.console(), session.secondsSince(start));
    }
  }

  private static String[] header(OrderResult result) {
    List<String> names = new ArrayList<>(List.of("held-out loss"));
    names.addAll(result.start().keySet());
    return names.toArray(String[]::new);
  }

  private static void row(
      Table table, String name, List<String> domains, Map<String, Double> losses) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (String domain : domains) {
      double loss = losses.getOrDefault(domain, Double.NaN);
      cells.add(String.format(Locale.ROOT, "%.4f", loss));
    }
    table.row(cells.toArray(String[]::new));
  }

  /** Standard deviation of each domain's last loss over the orders. */
  private static Map<String, Double> spread(List<OrderResult> results) {
    Map<String, Double> spread = new LinkedHashMap<>();
    for (String domain : results.get(0).start().keySet()) {
      double[] ends =
          results.stream().mapToDouble(one -> one.end().getOrDefault(domain, Double.NaN)).toArray();
      spread.put(domain, Summary.of(ends).standardDeviation());
    }
    return spread;
  }

  private static Map<String, Object> forJson(OrderResult result, Path folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("order", result.order());
    json.put("base", folder.toString());
    json.put("trainable", result.trainable());
    json.put("tokens", result.tokens());
    json.put("start", result.start());
    json.put("stages", result.stages());
    json.put("forgetting", result.forgetting());
    return json;
  }

  private final class View implements PretrainListener, AutoCloseable {
    private final String name;
    private final String base;
    private final boolean first;
    private @Nullable Progress progress;

    View(String name, String base, boolean first) {
      this.name = name;
      this.base = base;
      this.first = first;
    }

    @Override
    public void onForeign(String domain, double unknownShare, double piecesPerWord) {
      if (first) {
        session
            .console()
            .err()
            .println(UnknownTokenNote.foreign(base, domain, unknownShare, piecesPerWord));
      }
    }

    @Override
    public void onStep(
        int done, int total, List<String> active, double loss, double tokensPerSecond) {
      Progress shown = progress;
      if (shown == null) {
        shown = session.progress(common, name, 0, total);
        progress = shown;
      }
      shown.at(
          done,
          String.format(
              Locale.ROOT, "%s, loss %.4g, %,.0f tokens/s", active.get(0), loss, tokensPerSecond));
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
