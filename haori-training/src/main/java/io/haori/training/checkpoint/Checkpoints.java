package io.haori.training.checkpoint;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.optim.AdamW;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint in a folder, always one.
 *
 * <pre>
 * checkpoint.json             progress, settings, layout of the parameters, names of the files below
 * state-&lt;step&gt;.safetensors    values, firstMoments, secondMoments: flat, F32; rule.&lt;name&gt;
 * best-&lt;epoch&gt;.safetensors    values of the best epoch so far
 * </pre>
 *
 * The tensors are written under new names first. Renaming {@code checkpoint.json} into place is the
 * one moment at which the new checkpoint replaces the old, whose files are deleted afterwards; a
 * process that is killed at any time leaves one whole checkpoint behind.
 */
public final class Checkpoints {
  private static final Pattern OURS =
      Pattern.compile(
          "(state|best)-\\d+(-\\d+)?\\.safetensors"
              + "|\\.((state|best)-[-\\d]+\\.safetensors|checkpoint\\.json)\\.tmp-[0-9a-f]+");

  private static final String INDEX = "checkpoint.json";

  /** Before the names of what a step rule remembers. */
  private static final String RULE = "rule.";

  /**
   * What was read.
   *
   * @param progress of the training at that time
   * @param best flat values of the best epoch, null when there is none; to be closed by the caller
   * @param ruleState what a step rule remembered, by name; in the scope that was open at the call
   */
  public record Loaded(Progress progress, @Nullable Tensor best, Map<String, Tensor> ruleState) {}

  private final Path folder;
  private final RunSettings settings;
  private int bestEpoch;
  private @Nullable String bestFile;

  /**
   * The checkpoint of a run.
   *
   * @param folder where it is or will be; made when missing
   * @param settings all that changes the result; to continue with others is refused
   */
  public Checkpoints(Path folder, RunSettings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * The same folder with more settings.
   *
   * @param more added; replaces what has the same name
   */
  public Checkpoints withSettings(RunSettings more) {
    return new Checkpoints(folder, settings.and(more));
  }

  /**
   * A checkpoint in a folder inside this one's, with the same settings.
   *
   * @param name of the folder
   */
  public Checkpoints in(String name) {
    return new Checkpoints(folder.resolve(name), settings);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Whether there is a checkpoint. */
  public boolean exists() {
    return Files.exists(folder.resolve(INDEX));
  }

  /** Replaces the checkpoint of a run without a step rule; see the longer form. */
  public void write(Progress progress, AdamW optimizer, @Nullable Tensor best) {
    write(progress, optimizer, best, Map.of());
  }

  /**
   * Replaces the checkpoint.
   *
   * @param progress of the training
   * @param optimizer its values and moments are written
   * @param best flat values of the best epoch, null when nothing was scored yet, as the progress
   *     says
   * @param ruleState what a step rule remembers, by name
   * @throws UserError when it cannot be written; the checkpoint before is kept then
   */
  public void write(
      Progress progress, AdamW optimizer, @Nullable Tensor best, Map<String, Tensor> ruleState) {
    if ((best != null) != (progress.bestEpoch() > 0)) {
      throw new IllegalArgumentException("best epoch " + progress.bestEpoch() + ", values " + best);
    }
    String stateFile = freeName("state-" + progress.step());
    Map<String, Tensor> state = new TreeMap<>();
    state.put("values", optimizer.values());
    state.put("firstMoments", optimizer.firstMoments());
    state.put("secondMoments", optimizer.secondMoments());
    ruleState.forEach((name, tensor) -> state.put(RULE + name, tensor));
    SafetensorsWriter.write(folder.resolve(stateFile), state, Map.of());
    if (best != null && (bestFile == null || bestEpoch != progress.bestEpoch())) {
      bestFile = freeName("best-" + progress.bestEpoch());
      bestEpoch = progress.bestEpoch();
      SafetensorsWriter.write(folder.resolve(bestFile), Map.of("values", best), Map.of());
    }
    var content =
        new CheckpointJson(
            settings.values(),
            progress,
            optimizer.slots(),
            stateFile,
            best == null ? null : bestFile);
    AtomicFiles.writeText(folder.resolve(INDEX), content.toText());
    deleteAllBut(stateFile, bestFile);
  }

  /** Puts an optimizer where the checkpoint of a run without a step rule was. */
  public Optional<Loaded> load(AdamW optimizer) {
    return load(optimizer, Map.of());
  }

  /**
   * Puts an optimizer, and by it the parameters, where the checkpoint was.
   *
   * @param optimizer over the same parameters
   * @param ruleState of the step rule as it is; what is stored must have its names and shapes
   * @return what else was stored; empty when there is no checkpoint
   * @throws UserError when the checkpoint was made with other settings or for other parameters, or
   *     is damaged
   */
  public Optional<Loaded> load(AdamW optimizer, Map<String, Tensor> ruleState) {
    if (!exists()) {
      return Optional.empty();
    }
    CheckpointJson content = CheckpointJson.read(folder.resolve(INDEX));
    requireSameSettings(content.settings());
    requireSameParameters(content.slots(), optimizer.slots());
    Tensor best = null;
    Map<String, Tensor> remembered = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      if (content.bestFile() != null) {
        Path file = folder.resolve(content.bestFile());
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
          best = flat(stored, file, "values", optimizer);
        }
      }
      Path file = folder.resolve(content.stateFile());
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        for (Map.Entry<String, Tensor> entry : ruleState.entrySet()) {
          String name = entry.getKey();
          remembered.put(name, like(stored, file, RULE + name, entry.getValue()));
        }
        optimizer.restore(
            content.progress().step(),
            flat(stored, file, "values", optimizer),
            flat(stored, file, "firstMoments", optimizer),
            flat(stored, file, "secondMoments", optimizer));
      }
      if (best != null) {
        best.retain();
      }
      remembered.values().forEach(scope::keep);
    }
    bestEpoch = content.progress().bestEpoch();
    bestFile = content.bestFile();
    return Optional.of(new Loaded(content.progress(), best, remembered));
  }

  /** Removes the checkpoint and, when nothing else lies in it, the folder. */
  public void delete() {
    try {
      Files.deleteIfExists(folder.resolve(INDEX));
      deleteAllBut(null, null);
      if (Files.isDirectory(folder) && isEmpty(folder)) {
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be removed (" + e.getMessage() + ")", e);
    }
  }

  private void requireSameSettings(Map<String, String> stored) {
    List<String> differences = settings.differences(stored);
    if (!differences.isEmpty()) {
      throw Check.in(
          folder,
          "training cannot be resumed with other settings than it was begun with: "
              + String.join(", ", differences));
    }
  }

  private void requireSameParameters(List<AdamW.Slot> stored, List<AdamW.Slot> present) {
    for (int i = 0; i < Math.max(stored.size(), present.size()); i++) {
      String was = i < stored.size() ? stored.get(i).toString() : "none";
      String is = i < present.size() ? present.get(i).toString() : "none";
      if (!was.equals(is)) {
        throw Check.in(
            folder,
            "was made for other parameters: number " + (i + 1) + " was " + was + " and is " + is);
      }
    }
  }

  private static Tensor flat(SafetensorsFile stored, Path file, String name, AdamW optimizer) {
    return like(stored, file, name, optimizer.values());
  }

  private static Tensor like(SafetensorsFile stored, Path file, String name, Tensor like) {
    DType dtype = stored.dtype(name);
    if (dtype != like.dtype() || !Arrays.equals(stored.shape(name), like.shape())) {
      String found = dtype + Arrays.toString(stored.shape(name));
      throw Check.in(file, name + " must be " + like + ", is " + found);
    }
    return stored.load(name);
  }

  /** A name that no file has: the present checkpoint must stay whole until it is replaced. */
  private String freeName(String stem) {
    String name = stem + ".safetensors";
    for (int i = 2; Files.exists(folder.resolve(name)); i++) {
      name = stem + "-" + i + ".safetensors";
    }
    return name;
  }

  private void deleteAllBut(@Nullable String state, @Nullable String best) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (OURS.matcher(name).matches() && !name.equals(state) && !name.equals(best)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // What cannot be removed only takes space; the checkpoint itself is whole.
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
