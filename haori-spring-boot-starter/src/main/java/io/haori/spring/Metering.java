package io.haori.spring;

import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;

/** Counts and times what a classifier or an embedder is asked. */
interface Metering {
  /** Of an application without meters. */
  Metering NONE =
      new Metering() {
        @Override
        public Classifier of(Classifier classifier) {
          return classifier;
        }

        @Override
        public Embedder of(Embedder embedder) {
          return embedder;
        }
      };

  /** The same with meters. */
  Classifier of(Classifier classifier);

  /** The same with meters. */
  Embedder of(Embedder embedder);
}
