package io.haori.analysis.transfer;

/**
 * What it costs to have the domains answered one way.
 *
 * @param models how many are stored and kept up
 * @param trained numbers of all of them together
 */
public record ModelCost(int models, long trained) {}
