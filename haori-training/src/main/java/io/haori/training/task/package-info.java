/**
 * Fitting a frozen base to a labelled task, and answering with what came out.
 *
 * <p>Three types to know: {@link io.haori.inference.model.TextBase} (a frozen base in memory),
 * {@link io.haori.training.task.Tuner} (data in, model and scores out) and {@link
 * io.haori.inference.model.TextModel} (text in, {@link io.haori.inference.task.spi.Prediction}
 * out). {@link io.haori.training.task.TuneSettings#builder} chooses, {@link
 * io.haori.inference.folder.AdapterFolder} stores and loads; {@link
 * io.haori.training.task.TuningTask} is what the training loop calls; {@link
 * io.haori.training.task.answer} looks at the answers.
 *
 * <pre>{@code
 * Dataset rows = Dataset.read(Path.of("demo/noun.food"));
 * TuneSettings settings = TuneSettings.builder("lora").set("rank", 16).epochs(4).build();
 * try (TextBase base = TextBase.open("minilm");
 *     TunedModel tuned = new Tuner(base, settings).tune(rows)) {
 *   Prediction prediction = tuned.model().predict("a rich soup thickened with okra");
 *   System.out.println(prediction.label() + " " + prediction.probability());
 * }
 * }</pre>
 *
 * <p>Bases and models may be read by any number of threads at once; each type says so. Mistakes in
 * data and settings are {@link io.haori.core.check.UserError}s, whose message is one sentence for
 * the user.
 */
@NullMarked
package io.haori.training.task;

import org.jspecify.annotations.NullMarked;
