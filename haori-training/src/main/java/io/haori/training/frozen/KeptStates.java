package io.haori.training.frozen;

import io.haori.core.files.FileFailures;
import io.haori.core.weights.DType;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the heads read of all rows, of which as much is computed once as nothing trains: all of it
 * where the heads learn alone, else what is below the lowest adapter, or nothing. Owns what it
 * keeps.
 */
public final class KeptStates implements AutoCloseable {
  private final TextModel model;
  private final TokenizedRows train;
  private final TokenizedRows validation;
  private final Positions trainPositions;
  private final Positions validationPositions;
  private @Nullable Tensor trainStates;
  private @Nullable Tensor validationStates;
  private @Nullable FrozenLayers trainBelow;
  private @Nullable FrozenLayers validationBelow;

  /** Keeps nothing yet. */
  public KeptStates(TextModel model, TokenizedRows train, TokenizedRows validation) {
    this.model = model;
    this.train = train;
    this.validation = validation;
    this.trainPositions = model.pass().positions(train);
    this.validationPositions = model.pass().positions(validation);
  }

  /** Places of the training rows that have a target. */
  public Positions ofTraining() {
    return trainPositions;
  }

  /** Places of the validation rows. */
  public Positions ofValidation() {
    return validationPositions;
  }

  /**
   * Keeps all that the heads read.
   *
   * @param known of the training rows; null to compute it
   */
  public void keepWhole(@Nullable Tensor known) {
    trainStates = (known == null ? model.pass().states(trainPositions) : known).retain();
    if (validation.size() > 0) {
      validationStates = model.pass().states(validationPositions).retain();
    }
  }

  /**
   * Keeps what the layers below the lowest adapter give, unless there is no room.
   *
   * @param layers how many
   * @param use says where
   * @param dtype of the numbers
   */
  public void keepLayers(int layers, FrozenLayers.Use use, DType dtype) {
    Path folder = use.folder();
    int width = model.base().backbone().width();
    long bytes = StateFile.bytes(train, dtype, width) + StateFile.bytes(validation, dtype, width);
    String refusal = FrozenLayers.refusal(bytes, FrozenLayers.free(folder), folder, layers);
    if (refusal != null) {
      use.notes().accept(refusal);
      return;
    }
    try {
      trainBelow = FrozenLayers.of(model, layers, train, folder);
      validationBelow =
          validation.size() == 0 ? null : FrozenLayers.of(model, layers, validation, folder);
    } catch (IOException e) {
      closeLayers();
      String cause = FileFailures.unwritable(folder, e).getMessage();
      use.notes().accept(FrozenLayers.subject(layers) + " computed anew in every epoch: " + cause);
    }
  }

  /** Whether all that the heads read is kept. */
  public boolean isWhole() {
    return trainStates != null;
  }

  /** Layers that no epoch computes again. */
  public int layers() {
    return trainBelow == null ? 0 : trainBelow.layers();
  }

  /**
   * What the heads read of all training rows, {@code [positions, width]}, as the model is now. Kept
   * or in the open scope.
   */
  public Tensor training() {
    if (trainStates != null) {
      return trainStates;
    }
    return trainBelow == null
        ? model.pass().states(trainPositions)
        : model.pass().states(trainPositions, trainBelow::batch);
  }

  /** The same of the validation rows. */
  public Tensor validation() {
    if (validationStates != null) {
      return validationStates;
    }
    return validationBelow == null
        ? model.pass().states(validationPositions)
        : model.pass().states(validationPositions, validationBelow::batch);
  }

  /** What is kept whole of some training rows, in the open scope. */
  public Tensor whole(int[] rows) {
    long[] index = trainPositions.numbers(rows);
    return training().indexSelect(0, Tensors.of(index, index.length));
  }

  /** What the lower layers give for some training rows; null where that is not kept. */
  public @Nullable TextBatch below(int[] rows) {
    return trainBelow == null ? null : trainBelow.batch(rows);
  }

  private void closeLayers() {
    if (trainBelow != null) {
      trainBelow.close();
      trainBelow = null;
    }
    if (validationBelow != null) {
      validationBelow.close();
      validationBelow = null;
    }
  }

  @Override
  public void close() {
    closeLayers();
    if (trainStates != null) {
      trainStates.close();
    }
    if (validationStates != null) {
      validationStates.close();
    }
  }
}
