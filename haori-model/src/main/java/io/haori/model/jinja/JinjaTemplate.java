package io.haori.model.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** A template that was read. Safe for use by several threads. */
public final class JinjaTemplate {
  /** Characters of a template: the longest that are in use have 30,000. */
  private static final int MOST_CHARACTERS = 1_000_000;

  private final Statement all;

  private JinjaTemplate(Statement all) {
    this.all = all;
  }

  /**
   * Reads a template.
   *
   * @param source its text
   * @throws JinjaException when it is none, or uses what is not known here
   */
  public static JinjaTemplate parse(String source) {
    if (source.length() > MOST_CHARACTERS) {
      throw new JinjaException(
          "must have at most " + MOST_CHARACTERS + " characters, got " + source.length());
    }
    return new JinjaTemplate(new TemplateParser(Lexer.of(source)).template());
  }

  /**
   * Fills it in.
   *
   * @param given values by name: texts, numbers, truths, lists, maps with such, or null
   * @param clock what {@code strftime_now} reads
   * @throws JinjaException when it refuses the values, cannot use one, or takes too long
   */
  public String render(Map<String, ?> given, Clock clock) {
    Map<String, Object> values = new HashMap<>();
    given.forEach((name, value) -> values.put(name, Values.of(value)));
    Frame frame = Frame.of(values, clock);
    all.run(frame);
    return frame.written();
  }
}
