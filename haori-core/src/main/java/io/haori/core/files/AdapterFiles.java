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

  /** What held-out rows say about a classifier's answers; not in every folder. */
  public static final String CALIBRATION = "calibration.json";

  /** The tensors that belong to {@link #CALIBRATION}. */
  public static final String CALIBRATION_TENSORS = "calibration.safetensors";

  private AdapterFiles() {}
}
