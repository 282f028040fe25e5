/**
 * Choosing how to fit a task with few rows: ways are compared by cross-validation on the training
 * rows, and the best one is then fitted to all of them.
 *
 * <pre>{@code
 * List<Candidate> ways = Candidates.of(TuneSettings.builder("lora").build());
 * Choice choice = new MethodChoice(base, data).run(ways);
 * TunedModel tuned = new Tuner(base, choice.best().candidate().settings()).tune(data);
 * }</pre>
 *
 * <p>{@link io.haori.training.choice.Folds} says which rows are held out together, {@link
 * io.haori.training.choice.MethodChoice} runs the ways, {@link io.haori.training.choice.CrossScore}
 * is what each one got.
 */
@NullMarked
package io.haori.training.choice;

import org.jspecify.annotations.NullMarked;
