package io.haori.benchmarks.serving;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.live.LivePart;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Classifiers of rank 8 on queries and values with random numbers, the same for the same seed. */
public final class RandomModules {
  private static final double DEVIATION = 0.02;

  private final TextBase base;
  private final TextOptions options;

  /**
   * On a base.
   *
   * @param base stays open
   * @param options how texts are read
   */
  public RandomModules(TextBase base, TextOptions options) {
    this.base = base;
    this.options = options;
  }

  /**
   * A classifier.
   *
   * @param method name of a low-rank method
   * @param seed of all its numbers
   * @param labels that it answers
   * @return owned by the caller
   */
  public LivePart part(String method, int seed, List<String> labels) {
    Random random = new Random(seed);
    AdapterModule module =
        AdapterModule.create(
            "m" + seed,
            MethodCatalogue.create(method, Map.of("rank", "8", "targets", "query,value")),
            base.backbone(),
            random);
    DomainLabels domain = DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(labels));
    Heads heads = Heads.create(domain, base.backbone().width(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        add(random, DEVIATION, part.parameter().value());
      }
      heads.parameters().forEach(one -> add(random, 1, one.value()));
    }
    return new LivePart(module, heads, Set.of(), "m" + seed, options);
  }

  private static void add(Random random, double deviation, Tensor value) {
    value.addInPlace(Tensors.normal(random, deviation, value.shape()));
  }

  /**
   * The same classifier as a folder.
   *
   * @param folder where it is written
   * @param method name of a low-rank method
   * @param seed of all its numbers
   * @param labels that it answers
   */
  public void write(Path folder, String method, int seed, List<String> labels) {
    LivePart part = part(method, seed, labels);
    Heads heads = Objects.requireNonNull(part.heads());
    try (TextModel model = new TextModel(base, part.module(), heads, options)) {
      AdapterFolder.save(
          folder, model, new Provenance(Map.of(), Map.of(), seed, 1, 1, Map.of(), Map.of()));
    }
  }
}
