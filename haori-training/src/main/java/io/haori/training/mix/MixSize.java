package io.haori.training.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextModel;
import io.haori.tensor.Tensor;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One form in which a mix can be stored: with the modules that it names its bytes grow with their
 * number, while one LoRA of its strongest components has a size that is chosen. Each form is built
 * and scored, not estimated.
 *
 * @param rank of the LoRA on each layer at most; null for the mix with its modules
 * @param storedBytes of its folder, with those of the modules where it needs them
 * @param energyLost share of the updates' energy that was cut off, in [0, 1]
 * @param validation scores by name
 * @param test scores by name
 */
public record MixSize(
    @Nullable Integer rank,
    long storedBytes,
    double energyLost,
    Map<String, Double> validation,
    Map<String, Double> test) {
  /**
   * The mix with its modules.
   *
   * @param mix its folder
   * @param modules folders of its modules that are elsewhere
   * @param validation scores of the mix by name
   * @param test scores of the mix by name
   */
  public static MixSize withModules(
      Path mix, List<Path> modules, Map<String, Double> validation, Map<String, Double> test) {
    long bytes = FolderWalk.bytes(mix) + modules.stream().mapToLong(FolderWalk::bytes).sum();
    return new MixSize(null, bytes, 0, validation, test);
  }

  /**
   * The mix as one LoRA, built, stored in a temporary folder and scored.
   *
   * @param model with the mix; stays open and unchanged
   * @param data whose validation and test rows are answered
   * @param rank that each layer is cut to, at least 1
   * @throws io.haori.core.check.UserError when the rank is below 1
   */
  public static MixSize asLora(TextModel model, Dataset data, int rank) {
    require(rank >= 1, "rank", "at least 1", rank);
    PeftExport export = PeftExport.of(model.module(), model.base().backbone().slots(), rank);
    Heads heads =
        Heads.restore(
            model.heads().labels(), model.options().width(model.base()), model.heads().tensors());
    // Owns both from here on.
    try (TextModel cut = new TextModel(model.base(), export.module(), heads, model.options())) {
      return new MixSize(
          rank,
          storedBytes(cut.module(), heads.tensors(), model.base().name()),
          export.energyLost(),
          Predictions.of(cut, data.validation()).scores().byName(),
          Predictions.of(cut, data.test()).scores().byName());
    }
  }

  /** Bytes of a LoRA's folder, which is written for a moment. */
  static long storedBytes(AdapterModule module, Map<String, Tensor> heads, String base) {
    try {
      Path around = Files.createTempDirectory("haori-size-");
      try {
        Path folder = around.resolve("lora");
        AtomicFiles.writeFolder(
            folder, place -> PeftFolder.write(place, module, heads, PeftSettings.bare(base)));
        return FolderWalk.bytes(folder);
      } finally {
        AtomicFiles.delete(around);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
