package io.haori.training.choice;

/**
 * What a way answered to the rows of a fold, as a journal keeps it.
 *
 * @param answers {@code [rows][classes]} probabilities
 * @param distances {@code [rows]} from the rows that the model was trained on; empty where there
 *     are several heads
 * @param seconds that fitting and answering took
 */
@SuppressWarnings("ArrayRecordComponent") // Written and read, never compared.
record FoldAnswers(double[][] answers, double[] distances, double seconds) {}
