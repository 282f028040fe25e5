package io.haori.tensor;

import static io.haori.core.check.Check.require;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * What is chosen once for the process: which libraries libtorch calls, how many threads it uses.
 * Loaded on first use of a tensor, never before, so that {@code --help} does not wait for it.
 */
public final class Engine {
  static {
    // MKL's fp32 products were measured 2.3 times faster than OpenBLAS's in a training step. The
    // choice must be made before JavaCPP loads OpenBLAS.
    setDefault("org.bytedeco.openblas.load", "mkl_rt");
    // JavaCPP refuses allocations once the process's memory passes a multiple of the Java heap,
    // which says nothing about native tensors; scopes bound those.
    setDefault("org.bytedeco.javacpp.maxbytes", "0");
    setDefault("org.bytedeco.javacpp.maxphysicalbytes", "0");
    if (!hasCudaNatives()) {
      // JavaCPP would look for each of CUDA's thirty libraries in every jar and every folder.
      setDefault("org.bytedeco.javacpp.platform.extension", "");
    }
    Loader.load(torch.class);
    // Two pools of threads would fight for the same cores; we run one operation at a time.
    torch.set_num_interop_threads(1);
    setThreads(ThreadCount.of(System.getenv(), Runtime.getRuntime().availableProcessors()));
  }

  /** The count of the process; libtorch keeps one for each Java thread besides. */
  private static volatile int threads;

  private Engine() {}

  /** Makes sure that the native libraries are loaded. */
  public static void load() {
    // Running the static initialiser is the whole work.
  }

  /**
   * Sets how many threads one operation may use, for the whole process: at once on the calling
   * thread, and on any other with the next outermost {@link Scope} that it opens.
   *
   * @param count at least 1
   */
  public static void setThreads(int count) {
    require(count >= 1, "threads", "at least 1", count);
    threads = count;
    torch.set_num_threads(count);
    // MKL follows libtorch only as long as MKL_NUM_THREADS is not set.
    openblas.blas_set_num_threads(count);
  }

  /**
   * How many threads one operation may use. Unless {@link #setThreads} chose: as many as {@code
   * MKL_NUM_THREADS} says, else {@code OMP_NUM_THREADS}, else every core that this process may use
   * (its affinity and the limit of its control group).
   */
  public static int threads() {
    return threads;
  }

  /**
   * Makes the choice hold on this thread. OpenMP counts for each thread anew, and a thread that is
   * new to it takes every core of the machine.
   */
  static void applyThreads() {
    if (torch.get_num_threads() != threads) {
      torch.set_num_threads(threads);
    }
  }

  private static boolean hasCudaNatives() {
    String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";
    return Engine.class.getResource(folder + System.mapLibraryName("jnitorch")) != null;
  }

  /** Whether libtorch was resolved with CUDA and finds a device. */
  public static boolean cudaIsAvailable() {
    return torch.cuda_is_available();
  }

  /**
   * Native objects that Java holds at this moment, on all threads: what stays level while work
   * repeats leaks nothing.
   */
  public static long heldObjects() {
    return Pointer.totalCount();
  }

  /**
   * Hands memory that is free, but kept for the next tensor, back to the system.
   *
   * @return whether there was any; always false where the system has no such call
   */
  public static boolean releaseFreeMemory() {
    return Pointer.trimMemory();
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
