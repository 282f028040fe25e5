package io.haori.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One domain of the quickstart.
 *
 * @param domain its name
 * @param frozenRight for each test row whether the linear head on the frozen base was right
 * @param loraRight for each test row whether LoRA was right
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record QuickstartRow(String domain, boolean[] frozenRight, boolean[] loraRight) {
  static QuickstartRow of(String domain, boolean[] frozenRight, boolean[] loraRight) {
    if (frozenRight.length != loraRight.length) {
      throw new IllegalArgumentException(frozenRight.length + " rows against " + loraRight.length);
    }
    return new QuickstartRow(domain, frozenRight, loraRight);
  }

  /** Number of test rows. */
  int rows() {
    return loraRight.length;
  }

  /** Accuracy of the linear head alone. */
  double frozen() {
    return share(frozenRight);
  }

  /** Accuracy of LoRA. */
  double lora() {
    return share(loraRight);
  }

  /** LoRA's accuracy less the head's. */
  double gain() {
    return lora() - frozen();
  }

  /** Rows that LoRA alone found. */
  int onlyLora() {
    return only(loraRight, frozenRight);
  }

  /** Rows that the head alone found. */
  int onlyFrozen() {
    return only(frozenRight, loraRight);
  }

  /** As the command's JSON shows it. */
  Map<String, Object> forJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("domain", domain);
    json.put("frozen", frozen());
    json.put("lora", lora());
    json.put("gain", gain());
    return json;
  }

  private static int only(boolean[] one, boolean[] other) {
    int count = 0;
    for (int i = 0; i < one.length; i++) {
      if (one[i] && !other[i]) {
        count++;
      }
    }
    return count;
  }

  private static double share(boolean[] right) {
    int count = 0;
    for (boolean one : right) {
      if (one) {
        count++;
      }
    }
    return (double) count / right.length;
  }
}
