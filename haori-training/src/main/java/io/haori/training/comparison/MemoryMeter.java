package io.haori.training.comparison;

/** Measures how much memory a run needs. */
public interface MemoryMeter {
  /** Knows nothing. */
  MemoryMeter NONE =
      new MemoryMeter() {
        @Override
        public void restart() {}

        @Override
        public long megabytes() {
          return -1;
        }
      };

  /** Forgets what was before. */
  void restart();

  /** The most that the process held at once since the restart, in MB of 2^20 bytes; −1: unknown. */
  long megabytes();
}
