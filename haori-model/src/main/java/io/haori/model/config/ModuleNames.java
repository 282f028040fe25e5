package io.haori.model.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What transformers calls the modules of a family in memory, where that is not what its files call
 * them: transformers 5 renamed those of vision transformers and kept their files.
 *
 * @param changes in the order in which they are made
 */
public record ModuleNames(List<Change> changes) {
  /** Modules that have the names of the files. */
  public static final ModuleNames SAME = new ModuleNames(List.of());

  /** Those of ViT and DeiT. */
  public static final ModuleNames VIT =
      new ModuleNames(
          List.of(
              new Change("encoder\\.layer\\.(\\d+)\\.", "layers.$1."),
              new Change("attention\\.attention\\.query$", "attention.q_proj"),
              new Change("attention\\.attention\\.key$", "attention.k_proj"),
              new Change("attention\\.attention\\.value$", "attention.v_proj"),
              new Change("attention\\.output\\.dense$", "attention.o_proj"),
              new Change("intermediate\\.dense$", "mlp.fc1"),
              new Change("output\\.dense$", "mlp.fc2")));

  /** Those of DINOv2. */
  public static final ModuleNames DINOV2 =
      new ModuleNames(
          List.of(
              new Change("attention\\.attention\\.query$", "attention.q_proj"),
              new Change("attention\\.attention\\.key$", "attention.k_proj"),
              new Change("attention\\.attention\\.value$", "attention.v_proj"),
              new Change("attention\\.output\\.dense$", "attention.o_proj"),
              new Change("mlp\\.weights_out$", "mlp.down_proj")));

  /**
   * One change.
   *
   * @param pattern a regular expression
   * @param replacement of what it finds
   */
  public record Change(String pattern, String replacement) {}

  /** Copies the list. */
  public ModuleNames {
    changes = List.copyOf(changes);
  }

  /** The name in memory of a module that a file calls so. */
  public String inMemory(String module) {
    String name = module;
    for (Change change : changes) {
      name = Pattern.compile(change.pattern()).matcher(name).replaceFirst(change.replacement());
    }
    return name;
  }
}
