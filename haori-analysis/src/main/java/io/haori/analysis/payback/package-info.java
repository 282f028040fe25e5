/**
 * Whether a model pays: what it saves and costs by the month, and after how many months it has paid
 * for itself. {@link io.haori.analysis.payback.Costs} is what a company knows of its money, {@link
 * io.haori.analysis.payback.HandOver} decides which texts go to a person, and {@link
 * io.haori.analysis.payback.PaybackSimulation} draws everything uncertain many times.
 */
@NullMarked
package io.haori.analysis.payback;

import org.jspecify.annotations.NullMarked;
