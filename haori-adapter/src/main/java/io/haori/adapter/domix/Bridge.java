package io.haori.adapter.domix;

/** The shape of the bridge {@code P} between the modules' inputs and outputs. */
public enum Bridge {
  /** A whole matrix: every module's input directions may reach every module's outputs. */
  FULL,
  /** One factor a rank: modules are weighed, not connected. */
  DIAGONAL
}
