package io.haori.adapter.sparse;

/** Among which parts the best are chosen. */
public enum PruningScope {
  /** Every layer keeps the same share. */
  LAYER,
  /** The module keeps the share; layers compete for it. */
  GLOBAL
}
