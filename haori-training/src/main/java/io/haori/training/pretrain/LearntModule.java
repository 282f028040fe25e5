package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import java.nio.file.Path;
import java.util.List;

/** Writes a module that was just learnt, with all that its folder says of how it came to be. */
public final class LearntModule {
  private LearntModule() {}

  /**
   * Writes it in place of what was there.
   *
   * @param folder of the module
   * @param trainer that learnt it
   * @param base that it was learnt on
   * @param corpus that it was learnt from
   * @param result how it came out
   * @param module what was learnt
   */
  public static void save(
      Path folder,
      Pretrainer trainer,
      TextBase base,
      DomainCorpus corpus,
      DomainResult result,
      AdapterModule module) {
    PretrainSettings settings = trainer.settings();
    ModuleFolder.save(
        folder,
        module,
        base,
        result,
        trainer.settings(corpus),
        corpus.digests(),
        settings.method().trainsBase() ? new float[0] : vector(base, corpus, settings));
  }

  /** Where the texts are for the frozen base, by which modules on it are chosen. */
  private static float[] vector(TextBase base, DomainCorpus corpus, PretrainSettings settings) {
    List<Row> texts = corpus.files().stream().flatMap(file -> file.rows().stream()).toList();
    return DomainVector.of(
        base, texts, settings.maxLength(), settings.precision(), settings.seed());
  }

  /** How many numbers a run trained. */
  public static long trainable(TextBase base, AdapterModule module) {
    return module.method().trainsBase()
        ? ModuleTensors.moved(base).stream()
            .flatMap(weight -> weight.parts().stream())
            .mapToLong(part -> part.current().count())
            .sum()
        : module.parameters().stream().mapToLong(one -> one.parameter().value().count()).sum();
  }
}
