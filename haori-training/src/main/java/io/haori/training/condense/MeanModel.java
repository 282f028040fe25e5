package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.MergeConfig;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.training.condense.StoredModule.MergedModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The mean of stored models as one model to start from: the mean of their updates, exactly, so that
 * its rank is the sum of theirs, and the mean of their heads (Wortsman et al. 2022, arXiv
 * 2203.05482, for models of one task).
 */
public final class MeanModel {
  private MeanModel() {}

  /**
   * Whether there is one: of two models or more whose modules add low-rank updates and whose heads
   * have the same labels.
   *
   * @param models folders of models with heads, all on this base
   * @param base stays open
   */
  public static boolean exists(List<Path> models, TextBase base) {
    if (models.size() < 2) {
      return false;
    }
    List<StoredModule> members = open(models, base);
    try {
      Heads first = members.get(0).heads().orElse(null);
      return first != null
          && members.stream()
              .allMatch(
                  one ->
                      one.isLowRank()
                          && one.heads()
                              .flatMap(heads -> HeadAverage.common(first.labels(), heads.labels()))
                              .isPresent());
    } finally {
      members.forEach(StoredModule::close);
    }
  }

  /**
   * Writes it.
   *
   * @param folder where it is written
   * @param models folders of models of which {@link #exists} is true
   * @param base stays open
   * @throws io.haori.core.check.UserError when there is none
   */
  public static void write(Path folder, List<Path> models, TextBase base) {
    require(models.size() >= 2, "models of a mean", "at least 2", models.size());
    List<StoredModule> members = open(models, base);
    try {
      for (int i = 0; i < members.size(); i++) {
        members.get(i).requireLowRank(models.get(i).toString());
      }
      List<Double> shares = Collections.nCopies(members.size(), 1.0 / members.size());
      MergedModule merged =
          StoredModule.merge(members, shares, MergeConfig.SUM, OptionalInt.empty());
      Map<String, String> digests = new TreeMap<>();
      for (Path model : models) {
        AdapterFolder.recordedData(model)
            .digests()
            .forEach((split, digest) -> digests.put(model.getFileName() + " " + split, digest));
      }
      try (StoredModule one = merged.stored()) {
        one.save(
            folder,
            one.module(),
            new Provenance(Map.of("mean.of", models.size()), digests, 0, 0, 0, Map.of(), Map.of()));
      }
    } finally {
      members.forEach(StoredModule::close);
    }
  }

  private static List<StoredModule> open(List<Path> models, TextBase base) {
    List<StoredModule> members = new ArrayList<>();
    boolean whole = false;
    try {
      for (Path model : models) {
        members.add(StoredModule.open(model, base));
      }
      whole = true;
      return members;
    } finally {
      if (!whole) {
        members.forEach(StoredModule::close);
      }
    }
  }
}
