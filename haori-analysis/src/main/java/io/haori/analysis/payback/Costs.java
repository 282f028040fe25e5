package io.haori.analysis.payback;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a company knows of its money, in one currency. Amounts are for one text where nothing else
 * is said.
 *
 * @param currency its name, for example {@code JPY}
 * @param volume texts a month
 * @param today how the work is done today
 * @param person how a person does it to whom a model hands a text over
 * @param outsourcing how others would do it; null where that is no choice
 * @param right what a right answer is worth
 * @param wrong price of a wrong answer
 * @param wrongByLabel the same by the right label, where it differs
 * @param label price of labelling one text
 * @param labels how many texts are still to be labelled
 * @param setup everything else that is paid once
 * @param running what a model costs a month: machine, electricity, upkeep
 * @param withinMonths by when it must have paid for itself
 * @param licences of what is used, by its name, for example {@code base} and {@code data}
 */
public record Costs(
    String currency,
    Range volume,
    Work today,
    Work person,
    @Nullable Work outsourcing,
    Range right,
    Range wrong,
    Map<String, Range> wrongByLabel,
    Range label,
    int labels,
    Range setup,
    Range running,
    Range withinMonths,
    Map<String, String> licences) {
  /** Copies the prices by label, and takes the licences of an earlier version's plan as none. */
  public Costs {
    require(!withinMonths.isOpen(), "withinMonths", "one number", withinMonths);
    wrongByLabel = Map.copyOf(wrongByLabel);
    licences = licences == null ? Map.of() : Map.copyOf(licences);
  }

  /**
   * A way to do the work.
   *
   * @param right share of right answers, in [0, 1]
   * @param cost of a text
   */
  public record Work(Range right, Range cost) {}

  /**
   * Reads them.
   *
   * @param json as the file of costs has it
   * @throws io.haori.core.check.UserError with the setting, its bound and what was given
   */
  public static Costs of(JsonNode json) {
    return new CostsReader(json).read();
  }

  /** Price of a wrong answer to texts of a label. */
  public Range wrong(String label) {
    return wrongByLabel.getOrDefault(label, wrong);
  }
}
