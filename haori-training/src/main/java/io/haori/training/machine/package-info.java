/**
 * What this machine does with a base: times of its products, of a training step and of a
 * classification pass, and which precision and how many threads follow from them.
 *
 * <pre>{@code
 * var meter = new MachineMeter(base, DType.F32, method, 5, System::nanoTime);
 * RunTime alone = meter.run("fp32", 1);
 * RunTime both = meter.run("fp32", 2);
 * MachineChoice choice = MachineChoice.of(List.of(alone, both), new ComputeSetting("fp32", 2));
 * }</pre>
 *
 * <p>{@link io.haori.training.machine.MachineMeter} measures, {@link
 * io.haori.training.machine.MachineChoice} is a function of the times alone.
 */
@NullMarked
package io.haori.training.machine;

import org.jspecify.annotations.NullMarked;
