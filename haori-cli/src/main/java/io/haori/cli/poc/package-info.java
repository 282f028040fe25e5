/**
 * {@code haori poc}: a proof of concept in stages, each with a budget, a bound that is fixed
 * beforehand and a sequential test. {@link io.haori.cli.poc.PocStartCommand} fixes them ({@link
 * io.haori.cli.poc.StagePlanner}), {@link io.haori.cli.poc.PocNextCommand} runs the next one
 * ({@link io.haori.cli.poc.StageRun}).
 */
@NullMarked
package io.haori.cli.poc;

import org.jspecify.annotations.NullMarked;
