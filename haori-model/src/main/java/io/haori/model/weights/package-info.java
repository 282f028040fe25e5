/**
 * Where numbers of a model come from: {@link io.haori.model.weights.Weights} is a set of named
 * tensors, read one at a time; {@link io.haori.model.weights.SafetensorsFile} and {@link
 * io.haori.model.weights.ShardedSafetensors} read them from safetensors, {@link
 * io.haori.model.weights.OnnxWeights} and {@link io.haori.model.weights.TensorflowWeights} from the
 * files of published bases; {@link io.haori.model.weights.SafetensorsWriter} writes them.
 *
 * <p>Every reader checks each length in a file before it reads or allocates; a damaged file is the
 * user's mistake, reported in one sentence that begins with the file's name.
 */
@NullMarked
package io.haori.model.weights;

import org.jspecify.annotations.NullMarked;
