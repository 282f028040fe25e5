package io.haori.training.work;

import io.haori.core.check.UserError;
import java.util.ServiceLoader;

/**
 * Opens places by the address of an engine. An engine is on the class path or it is not: programs
 * that never ask for one do not load it.
 */
public interface WorkPlaces {
  /**
   * Opens a place.
   *
   * @param address of the engine, for example {@code spark://host:7077} or {@code local[2]}
   * @param store a folder or URI that all machines of the engine see; empty where there is only
   *     this machine
   * @param threads of the operations of each run; at least 1
   * @return to be closed by the caller
   * @throws UserError when the engine cannot be reached or the store cannot be used
   */
  WorkPlace start(String address, String store, int threads);

  /**
   * Opens a place on the engine of the class path.
   *
   * @param address of the engine
   * @param store a folder or URI that all machines of the engine see
   * @param threads of the operations of each run; at least 1
   * @return to be closed by the caller
   * @throws UserError when there is no engine, too
   */
  static WorkPlace open(String address, String store, int threads) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return ServiceLoader.load(WorkPlaces.class, loader)
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "the setting on needs Spark and haori-cluster beside this program, got "
                        + address
                        + "; the launcher haori brings both"))
        .start(address, store, threads);
  }
}
