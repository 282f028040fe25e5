package io.haori.server.page.screen;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.server.api.watch.TrueLabels;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What somebody who tries modules says of an answer: which label is right. */
public final class FeedbackScreen {
  private static final String SEVERAL = "several";
  private static final int MOST_PLACES = 99;

  private final TrueLabels labels;

  /** With what takes true labels. */
  public FeedbackScreen(TrueLabels labels) {
    this.labels = labels;
  }

  /** Takes the label of the form. */
  public void take(Visit visit) {
    Map<String, Object> model = new HashMap<>();
    model.put("place", place(visit.field("place")));
    model.put("here", "/try");
    model.put("problem", "");
    model.put("taken", "");
    model.put("none", false);
    model.put("accuracy", "");
    model.put("right", false);
    model.put("detector", false);
    try {
      TrueLabels.Taken taken = take(visit, visit.field("id"));
      boolean detector = visit.field("detector").equals("on");
      model.put("detector", detector);
      List<String> given = visit.context().formParams("label");
      model.put("taken", String.join(", ", given));
      model.put("none", given.isEmpty());
      model.put("version", taken.version().toString());
      model.put("right", taken.right());
      model.put("accuracy", taken.accuracy().map(OverviewScreen::accuracy).orElse(""));
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      model.put("problem", problem.detail());
    }
    visit.show("feedback", model);
  }

  private TrueLabels.Taken take(Visit visit, String id) {
    List<String> given = visit.context().formParams("label");
    boolean several = !visit.field(SEVERAL).isEmpty();
    require(several || given.size() == 1, "label", "one of those of the answer", given.size());
    return labels.take(visit.caller(), id, null, given);
  }

  /** The place of the answer on the page, from 0: what is shown there takes the form's place. */
  private static int place(String text) {
    boolean number = text.matches("\\d{1,2}");
    require(number, "place", "in [0, " + MOST_PLACES + "]", text.isEmpty() ? "nothing" : text);
    return Integer.parseInt(text);
  }
}
