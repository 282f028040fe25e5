package io.haori.model.jinja;

import java.util.List;

/** What writes, or changes names. */
@FunctionalInterface
interface Statement {
  /** What follows a statement. */
  enum Flow {
    /** The next one. */
    NEXT,
    /** The end of the loop. */
    BREAK,
    /** The loop's next item. */
    CONTINUE
  }

  /** Does it. */
  Flow run(Frame frame);

  /** Several, one after the other. */
  static Statement all(List<Statement> parts) {
    List<Statement> fixed = List.copyOf(parts);
    return frame -> {
      for (Statement part : fixed) {
        frame.budget().spend(1);
        Flow flow = part.run(frame);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    };
  }
}
