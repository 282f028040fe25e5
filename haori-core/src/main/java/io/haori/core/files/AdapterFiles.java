package io.haori.core.files;

/** Names of the files in an adapter folder, for whoever reads or writes one. */
public final class AdapterFiles {
  /** What the adapter is and how it came to be; not in folders that PEFT wrote. */
  public static final String HAORI = "haori.json";

  /** Newest version of the format of {@link #HAORI}; older ones are read for ever. */
  public static final int HAORI_VERSION = 1;

  /** PEFT's configuration. */
  public static final String PEFT_CONFIG = "adapter_config.json";

  /** PEFT's tensors. */
  public static final String PEFT_TENSORS = "adapter_model.safetensors";

  /** The same of a module most of whose numbers are zero, without these. */
  public static final String SPARSE_TENSORS = "adapter_model.sparse.safetensors";

  /** What held-out rows say about a classifier's answers; not in every folder. */
  public static final String CALIBRATION = "calibration.json";

  /** The tensors that belong to {@link #CALIBRATION}. */
  public static final String CALIBRATION_TENSORS = "calibration.safetensors";

  /** Says what a detector of anomalies is; in its folder in the place of an adapter's files. */
  public static final String ANOMALY = "anomaly.json";

  /** Version of {@link #ANOMALY}. */
  public static final int ANOMALY_VERSION = 1;

  /** The numbers of a detector of anomalies. */
  public static final String ANOMALY_TENSORS = "memory.safetensors";

  /** What a detector of anomalies has in the place of an adapter's method. */
  public static final String ANOMALY_METHOD = "patchcore";

  private AdapterFiles() {}
}
