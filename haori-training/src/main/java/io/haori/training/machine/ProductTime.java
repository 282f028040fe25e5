package io.haori.training.machine;

/**
 * How long one product of a base takes: {@code x Wᵀ} for {@code x [rows, inputs]} and {@code W
 * [outputs, inputs]}.
 *
 * @param rows tokens that are multiplied together
 * @param inputs width of the tokens' states
 * @param outputs width of the result
 * @param precision as the command line names it
 * @param threads of the product
 * @param milliseconds median over the repeats
 */
public record ProductTime(
    int rows, int inputs, int outputs, String precision, int threads, double milliseconds) {}
