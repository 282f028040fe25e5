package io.haori.model.backbone;

import io.haori.tensor.Tensor;

/**
 * What a layer reads of some texts.
 *
 * @param layer its index, from 0
 * @param states {@code [tokens, hidden]} in the type of a pass, one text after another without
 *     padding
 */
public record StatesBelow(int layer, Tensor states) {}
