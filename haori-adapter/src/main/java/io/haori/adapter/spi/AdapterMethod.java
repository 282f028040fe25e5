package io.haori.adapter.spi;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A configured adaptation method. */
public interface AdapterMethod {
  /** The method's name in the command line and in files, for example {@code lora}. */
  String name();

  /**
   * All choices by the names in the method's config: whole numbers, numbers, truth values and
   * texts, each as {@code --set} takes it. From them the catalogue makes an equal method, where it
   * has the method.
   */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /**
   * The {@link #settings} of the same method where nothing was chosen, for a method that the
   * catalogue does not have.
   */
  default Map<String, Object> usualSettings() {
    return Map.of();
  }

  /**
   * Finished modules that it is built on, which its settings do not describe: the name of each, and
   * a digest where there is one. A run that is resumed must have the same.
   */
  default List<String> builtOn() {
    return List.of();
  }

  /** The name that was chosen for the module; empty when it is named after its position. */
  default Optional<String> moduleName() {
    return Optional.empty();
  }

  /** The slots that it adapts, out of those of a base. */
  List<Slot> slots(List<Slot> available);

  /** Whether it sits on slots of a base; without, the base or a task's heads are what learns. */
  default boolean adaptsSlots() {
    return true;
  }

  /** Whether it trains the base's own weights instead of sitting on slots. */
  default boolean trainsBase() {
    return false;
  }

  /** Whether its layers have anything to learn; without, a task's heads are all that is learnt. */
  default boolean learns() {
    return true;
  }

  /** Whether its layers are {@link ScalableUpdate}s. */
  default boolean scalesUpdates() {
    return false;
  }

  /**
   * Whether a layer adds something to the frozen output that does not depend on what else is added,
   * so that several modules on one slot may simply be summed.
   */
  default boolean addsToOutput() {
    return true;
  }

  /** The highest learning rate of AdamW that suits the method when the user chooses none. */
  default double usualLearningRate() {
    return 3e-3;
  }

  /** What a search for good settings may vary: the learning rate and whatever else counts. */
  default List<SearchedSetting> searched() {
    double usual = usualLearningRate();
    return List.of(SearchedSetting.between(SearchedSetting.LEARNING_RATE, usual / 10, usual * 3));
  }

  /**
   * The same method for a run of fewer epochs, where it has epochs of its own.
   *
   * @param share of the epochs; in (0, 1]
   */
  default AdapterMethod shortened(double share) {
    return this;
  }

  /**
   * Learning rate of the task's head over the method's own that suits it when the user chooses
   * none.
   */
  default double usualHeadLearningRateRatio() {
    return 1;
  }

  /**
   * New trainable parts for a slot, which change nothing yet.
   *
   * @param slot where they sit
   * @param random source of the starting values
   */
  AdaptedLinear attach(Slot slot, RandomGenerator random);

  /**
   * Parts from a file.
   *
   * @param slot where they sit
   * @param tensors as {@link AdaptedLinear#tensors} gave them
   */
  AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors);

  /**
   * One adapter for several modules on the same slot, each for its own rows of a batch.
   *
   * @param members one a module, all made by this kind of method
   * @param routing which rows are whose
   * @return null when the method has no joint form for these members; then each takes its rows
   */
  default @Nullable SlotAdapter grouped(List<AdaptedLinear> members, Routing routing) {
    return null;
  }

  /**
   * What a module does to one batch: a method that looks at whole texts looks at them here, once a
   * pass.
   *
   * @param module made by this method
   * @param backbone the base
   * @param batch the texts
   * @param places I64 {@code [m]} tokens that are wanted of the last layer; null for all
   * @param dtype type of the pass
   * @return the module where it does the same to every batch; else something whose tensors are in
   *     the current scope
   */
  default Adaptation forPass(
      AdapterModule module,
      Backbone backbone,
      TextBatch batch,
      @Nullable Tensor places,
      DType dtype) {
    return module;
  }

  /** How its modules are trained. */
  default TrainingStrategy strategy() {
    return new TrainingStrategy.Plain();
  }

  /**
   * What is done to a module around each step of its training.
   *
   * @param module made by this method; stays open as long as the rule
   * @param seed of all that is random in it
   * @return to be closed by the caller
   */
  default StepRule rule(AdapterModule module, long seed) {
    return StepRule.NONE;
  }

  /**
   * A module in the form that is kept after training: it answers as the one that was trained, but
   * for rounding, and may be smaller.
   *
   * @param module made by this method; stays open
   * @param slots all slots of the base
   * @return the same module, or another one that the caller owns
   */
  default AdapterModule finished(AdapterModule module, List<Slot> slots) {
    return module;
  }

  /**
   * The method whose arithmetic the layers have, for a method that adds something to the training
   * of another one; itself for all others.
   */
  default AdapterMethod undecorated() {
    return this;
  }

  /** Whether a trained module has enough zeros that only its other numbers are stored. */
  default boolean storesSparse() {
    return false;
  }
}
