package io.haori.adapter.spi;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.model.backbone.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which slots a method sits on, by PEFT's rules: a list of names matches a slot whose name equals
 * one or ends in a dot and one; a regular expression must match the whole name.
 *
 * @param suffixes names; empty when a regular expression is given
 * @param regex over the whole slot name, or null
 * @param allLinear whether every slot is meant
 */
public record Targets(List<String> suffixes, @Nullable String regex, boolean allLinear) {
  /** Word for {@link #all()} in settings and files. */
  public static final String ALL_LINEAR = "all-linear";

  /** The layers that methods take when nothing is chosen: queries and values of attention. */
  private static final List<String> USUAL = List.of("query", "value");

  /** What families call them that do not call them so; in one, a single layer holds all three. */
  private static final List<List<String>> USUAL_ELSEWHERE =
      List.of(List.of("q_lin", "v_lin"), List.of("q_proj", "v_proj"), List.of("Wqkv"));

  /** Copies the names and checks the regular expression. */
  public Targets {
    suffixes = List.copyOf(suffixes);
    require(
        allLinear || regex != null || !suffixes.isEmpty(),
        "targets",
        "all-linear, a list of layer names or a regular expression",
        "nothing");
    if (regex != null) {
      try {
        Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw new UserError(
            "targets must be a valid regular expression, got "
                + regex
                + " ("
                + e.getDescription()
                + ")",
            e);
      }
    }
  }

  /** Every linear layer of the base. */
  public static Targets all() {
    return new Targets(List.of(), null, true);
  }

  /** Queries and values of attention, by whatever name a base has for them. */
  public static Targets usual() {
    return named(USUAL);
  }

  /** Layers whose name ends in one of these. */
  public static Targets named(List<String> suffixes) {
    return new Targets(suffixes, null, false);
  }

  /** Layers whose whole name matches. */
  public static Targets matching(String regex) {
    return new Targets(List.of(), regex, false);
  }

  /**
   * Reads targets as the user writes them: {@code all-linear}, names with commas, or {@code
   * regex:…}.
   */
  public static Targets parse(String text) {
    if (text.equals(ALL_LINEAR)) {
      return all();
    }
    if (text.startsWith("regex:")) {
      return matching(text.substring("regex:".length()));
    }
    List<String> names =
        Arrays.stream(text.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    return named(names);
  }

  /**
   * The slots meant, out of those of a base. {@link #usual} means those layers also in a base that
   * calls them otherwise.
   *
   * @throws UserError when there are none
   */
  public List<Slot> select(List<Slot> available) {
    List<Slot> selected = matching(available);
    if (selected.isEmpty() && suffixes.equals(USUAL)) {
      selected =
          USUAL_ELSEWHERE.stream()
              .map(names -> named(names).matching(available))
              .filter(slots -> !slots.isEmpty())
              .findFirst()
              .orElse(selected);
    }
    if (selected.isEmpty()) {
      List<String> leaves = available.stream().map(Slot::nameInLayer).distinct().toList();
      throw new UserError(
          "targets must name layers of the base, one or more of " + leaves + ", got " + this);
    }
    return selected;
  }

  private List<Slot> matching(List<Slot> available) {
    return available.stream().filter(slot -> matches(slot.name())).toList();
  }

  /**
   * Whether a layer is meant.
   *
   * @param name the layer's whole name
   */
  public boolean matches(String name) {
    if (allLinear) {
      return true;
    }
    if (regex != null) {
      return name.matches(regex);
    }
    return suffixes.stream().anyMatch(s -> name.equals(s) || name.endsWith("." + s));
  }

  @Override
  public String toString() {
    return allLinear ? ALL_LINEAR : regex != null ? "regex:" + regex : String.join(",", suffixes);
  }
}
