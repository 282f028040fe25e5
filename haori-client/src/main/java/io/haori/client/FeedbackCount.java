package io.haori.client;

/**
 * What follows from a true label.
 *
 * @param answered what the answer was
 * @param right whether that was right
 * @param answers of the version with feedback, with this one
 * @param accuracy share of right ones among them; NaN where none counts
 * @param low lower end of its interval, which holds at every moment with 95 %
 * @param high upper end
 */
public record FeedbackCount(
    String answered, boolean right, long answers, double accuracy, double low, double high) {}
