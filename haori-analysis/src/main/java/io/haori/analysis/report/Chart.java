package io.haori.analysis.report;

import java.util.Map;

/** A picture on a page: an option of Apache ECharts and what a person reads beside it. */
public interface Chart {
  /** What it shows, in a few words. */
  String title();

  /** How to read it, in a sentence or two. */
  String caption();

  /**
   * The option, of values that JSON can hold. Where a function is wanted, a key that report.js
   * knows is in its place: {@code figures} at an axis, {@code draw} at a custom series, {@code tip}
   * at a datum.
   */
  Map<String, Object> option();

  /** Height in pixels. */
  int height();
}
