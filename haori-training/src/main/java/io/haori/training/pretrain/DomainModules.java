package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Modules of domains as orders, one a domain. Its result is the module's folder under the domain's
 * name, and how it came out.
 */
public final class DomainModules implements OrderWorker {
  private static final String KIND = "pretrain";
  private static final String CORPUS = "corpus";
  private static final String RESULT = "result";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some corpora, in their order. */
  static List<WorkOrder> orders(
      List<DomainCorpus> corpora, Pretrainer trainer, int threads, WorkInputs inputs) {
    return corpora.stream()
        .map(
            corpus ->
                new WorkOrder(
                    KIND,
                    corpus.name(),
                    trainer.base().name(),
                    trainer.base().digest(),
                    threads,
                    trainer.settings().toJson(),
                    Map.of(CORPUS, inputs.add(CorpusJson.write(corpus))),
                    work(corpus, trainer.settings())))
        .toList();
  }

  private static long work(DomainCorpus corpus, PretrainSettings settings) {
    long texts = corpus.files().stream().mapToLong(file -> file.rows().size()).sum();
    return texts * settings.epochs();
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    PretrainSettings settings = PretrainSettings.fromJson(order.settings());
    DomainCorpus corpus = CorpusJson.read(bench.input(CORPUS));
    TextBase base = bench.base(settings.baseForm(), false);
    Pretrainer trainer = new Pretrainer(base, settings);
    PretrainListener listener =
        new PretrainListener() {
          @Override
          public void onStep(
              int done, int total, List<String> active, double loss, double tokensPerSecond) {
            bench.progress((double) done / total);
          }

          @Override
          public void onModule(DomainResult result, AdapterModule module) {
            Path folder = bench.folder().resolve(result.name());
            LearntModule.save(folder, trainer, base, corpus, result, module);
            results(bench.folder()).keep(RESULT, result);
          }
        };
    return !trainer
        .listener(listener)
        .stopWhen(bench::stopRequested)
        .run(List.of(corpus))
        .interrupted();
  }

  /** How the module of a result came out. */
  static DomainResult result(Path folder) {
    return results(folder).find(RESULT, result -> true).orElseThrow();
  }

  private static FinishedRuns<DomainResult> results(Path folder) {
    return new FinishedRuns<>(folder.resolve(".result"), DomainResult.class);
  }
}
