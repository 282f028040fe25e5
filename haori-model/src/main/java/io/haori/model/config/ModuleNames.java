package io.haori.model.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What transformers calls the modules of a family in memory, where that is not what its files call
 * them: transformers 5 renamed those of vision transformers and kept their files.
 *
 * @param changes in the order in which they are made
 * @param splits modules that are several in memory, each with an equal part of the outputs
 */
public record ModuleNames(List<Change> changes, List<Split> splits) {
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
              new Change("mlp\\.weights_out$", "mlp.down_proj")),
          List.of(new Split("mlp\\.weights_in$", List.of("mlp.gate_proj", "mlp.up_proj"))));

  /**
   * One change.
   *
   * @param pattern a regular expression
   * @param replacement of what it finds
   */
  public record Change(String pattern, String replacement) {}

  /**
   * One module that is several in memory.
   *
   * @param pattern a regular expression
   * @param replacements of what it finds, in the order of the outputs
   */
  public record Split(String pattern, List<String> replacements) {
    /** Copies the list. */
    public Split {
      replacements = List.copyOf(replacements);
    }
  }

  /** Copies the lists. */
  public ModuleNames {
    changes = List.copyOf(changes);
    splits = List.copyOf(splits);
  }

  /** Modules that are one in memory each. */
  public ModuleNames(List<Change> changes) {
    this(changes, List.of());
  }

  /**
   * The names in memory of a module that a file calls so, in the order of its outputs; one, but for
   * a module that is split.
   */
  public List<String> partsInMemory(String module) {
    for (Split split : splits) {
      Matcher found = Pattern.compile(split.pattern()).matcher(module);
      if (found.find()) {
        return split.replacements().stream().map(found::replaceFirst).toList();
      }
    }
    return List.of(inMemory(module));
  }

  private String inMemory(String module) {
    String name = module;
    for (Change change : changes) {
      name = Pattern.compile(change.pattern()).matcher(name).replaceFirst(change.replacement());
    }
    return name;
  }
}
