package io.haori.adapter.sparse;

/** What is kept or taken away as a whole. */
public enum Structure {
  /** Single numbers: saves storage, but neither time nor memory. */
  NONE,
  /** Components of a layer, such as the ranks of LoRA: they leave the tensors. */
  RANK,
  /** All that a module has on one layer of the base: such layers are left alone again. */
  LAYER
}
