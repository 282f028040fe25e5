package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.merge.ModuleMerge.Merged;
import io.haori.adapter.merge.ModuleMerge.Term;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A module in memory with what is beside it in its folder, so that it can be written again with
 * another module in its place: an adapter with its heads, a domain's module without, or a folder of
 * PEFT's with tensors of a head that nobody says the labels of. Owns the module and the heads; the
 * base stays open.
 */
public final class StoredModule implements AutoCloseable {
  private final TextBase base;
  private final AdapterModule module;
  private final @Nullable TextModel model;
  private final @Nullable PeftAdapter peft;

  private StoredModule(TextBase base, TextModel model) {
    this.base = base;
    this.module = model.module();
    this.model = model;
    this.peft = null;
  }

  private StoredModule(TextBase base, PeftAdapter peft) {
    this.base = base;
    this.module = peft.module();
    this.model = null;
    this.peft = peft;
  }

  /**
   * Reads a folder.
   *
   * @param folder an adapter's, a domain module's or PEFT's
   * @param base must be the one that it was made on; stays open
   * @throws UserError when it does not fit the base
   */
  public static StoredModule open(Path folder, TextBase base) {
    if (!ModuleFolder.exists(folder)) {
      PeftAdapter adapter = PeftFolder.read(folder, base.backbone());
      return new StoredModule(base, adapter);
    }
    if (ModuleFolder.isDomainModule(folder)) {
      return new StoredModule(base, ModuleFolder.read(folder, base));
    }
    return new StoredModule(base, AdapterFolder.load(folder, base, DType.F32));
  }

  /** Whether it adds a low-rank update on every one of its layers, as LoRA does. */
  public boolean isLowRank() {
    return !module.layers().isEmpty()
        && module.method().addsToOutput()
        && module.layers().values().stream().allMatch(LowRankUpdate.class::isInstance);
  }

  /**
   * Refuses a module that is not low-rank.
   *
   * @param name of it in the sentence
   */
  public void requireLowRank(String name) {
    require(
        isLowRank(),
        name,
        "of a method that adds a low-rank update as lora does",
        module.method().name());
  }

  /** The module. */
  public AdapterModule module() {
    return module;
  }

  /** The heads of an adapter. */
  public Optional<Heads> heads() {
    return Optional.ofNullable(model).map(TextModel::heads);
  }

  /**
   * All that a prediction reads, with a module in the place of this one's.
   *
   * @param instead stays with the caller
   * @throws IllegalStateException when it has no heads
   */
  public TextPass pass(AdapterModule instead) {
    if (model == null) {
      throw new IllegalStateException("a module without heads answers nothing");
    }
    return new TextPass(base, instead, model.heads(), model.options());
  }

  /**
   * Several modules as one, with the mean of their heads.
   *
   * @param members at least one, all on this base; stay open
   * @param weights of their updates, one a module
   * @param config how their updates become one
   * @param rank that each layer has at most; empty for what the kind of merge gives
   * @return owned by the caller, with the share of energy that was cut off
   * @throws UserError when their heads are for other labels, or some have none
   */
  public static MergedModule merge(
      List<StoredModule> members, List<Double> weights, MergeConfig config, OptionalInt rank) {
    StoredModule first = members.get(0);
    List<Term> terms = new ArrayList<>();
    List<Heads> heads = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      StoredModule member = members.get(i);
      terms.add(new Term(member.module, weights.get(i)));
      member.heads().ifPresent(heads::add);
      require(
          member.headTensors().isEmpty(),
          "heads of modules to merge",
          "with their labels in haori.json",
          "a folder of PEFT's with a head");
    }
    require(
        heads.isEmpty() || heads.size() == members.size(),
        "modules to merge",
        "all with a head or all without",
        heads.size() + " with one of " + members.size());
    Merged merged = ModuleMerge.of("task", terms, config, rank);
    boolean done = false;
    try {
      StoredModule made = first.with(merged.module(), heads, weights);
      done = true;
      return new MergedModule(made, merged.energyLost());
    } finally {
      if (!done) {
        merged.module().close();
      }
    }
  }

  private StoredModule with(AdapterModule merged, List<Heads> heads, List<Double> weights) {
    if (model == null) {
      PeftSettings settings =
          PeftSettings.bare(base.backbone().config().transformers(), base.name());
      return new StoredModule(base, new PeftAdapter(merged, Map.of(), settings));
    }
    Heads mean = HeadAverage.of(heads, weights, model.options().width(base));
    return new StoredModule(base, new TextModel(base, merged, mean, model.options()));
  }

  /**
   * What a merge gave.
   *
   * @param stored owned by the caller
   * @param energyLost share of the updates' energy that was cut off, in [0, 1]
   */
  public record MergedModule(StoredModule stored, double energyLost) {}

  private Map<String, Tensor> headTensors() {
    return peft == null ? Map.of() : peft.headTensors();
  }

  /**
   * Writes a folder as this one's was, with a module in the place of this one's.
   *
   * @param folder where it is written
   * @param instead stays with the caller
   * @param provenance how it came to be
   * @return whether the folder says its base; that of PEFT's with a head does not
   */
  public boolean save(Path folder, AdapterModule instead, Provenance provenance) {
    if (model != null) {
      // Not closed: what it would close is owned elsewhere.
      TextModel changed = new TextModel(base, instead, model.heads(), model.options());
      AdapterFolder.save(folder, changed, provenance);
      return true;
    }
    if (!headTensors().isEmpty()) {
      PeftSettings settings =
          peft == null
              ? PeftSettings.bare(base.backbone().config().transformers(), base.name())
              : peft.settings();
      AtomicFiles.writeFolder(
          folder, target -> PeftFolder.write(target, instead, headTensors(), settings));
      return false;
    }
    ModuleFolder.save(folder, instead, base, provenance.settings(), provenance.dataDigests());
    return true;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    } else {
      if (module.method().trainsBase()) {
        base.backbone().weights().forEach(Weight::freeze);
      }
      module.close();
    }
    headTensors().values().forEach(Tensor::close);
  }
}
