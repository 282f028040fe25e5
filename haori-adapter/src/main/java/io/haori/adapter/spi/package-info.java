/**
 * What an adaptation method is: the seam between methods and everything else.
 *
 * <p>Three types to know: {@link io.haori.adapter.spi.AdapterMethod} (a configured method, which
 * makes adapted layers), {@link io.haori.adapter.spi.AdaptedLinear} (one such layer: arithmetic and
 * derivative) and {@link io.haori.adapter.spi.AdapterModule} (the named unit that is trained,
 * stored and switched). A whole method, which learns a vector that is added to each layer's output:
 *
 * <pre>{@code
 * record ShiftMethod(Targets targets) implements AdapterMethod {
 *   public String name() { return "shift"; }
 *   public List<Slot> slots(List<Slot> available) { return targets.select(available); }
 *   public AdaptedLinear attach(Slot slot, RandomGenerator random) {
 *     return new ShiftLinear(slot, Tensors.zeros(DType.F32, slot.outputs()));
 *   }
 *   public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
 *     return new ShiftLinear(slot, Objects.requireNonNull(tensors.get("shift")).copy());
 *   }
 * }
 *
 * final class ShiftLinear implements AdaptedLinear {
 *   private final Parameter shift; // [out]
 *   ShiftLinear(Slot slot, Tensor start) {
 *     shift = new Parameter(slot.name() + ".shift", start);
 *   }
 *   public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
 *     long out = shift.count();
 *     rows.of(y.value()).narrow(1, column, out).addInPlace(tape.value(shift));
 *     if (tape.records()) {
 *       y.markNeedsGradient();
 *       tape.recordChange(y, () ->
 *           shift.accumulate(rows.of(y.requireGradient()).narrow(1, column, out).sum(0, false)));
 *     }
 *     return y;
 *   }
 *   public List<TrainedParameter> parameters() { return List.of(TrainedParameter.of(shift)); }
 *   public Map<String, Tensor> tensors() { return Map.of("shift", shift.value()); }
 *   public Tensor merged(Tensor weight) { throw new UserError("a shift is no weight"); }
 *   public void close() { shift.close(); }
 * }
 * }</pre>
 *
 * <p>A module of it on a base, in one pass:
 *
 * <pre>{@code
 * ShiftMethod method = new ShiftMethod(Targets.all());
 * try (Scope scope = Scope.open();
 *     AdapterModule module = AdapterModule.create("food", method, backbone, random);
 *     Tape tape = Tape.recording(DType.F32, seed)) {
 *   Variable hidden = backbone.hidden(tape, batch, module, false); // [tokens, width]
 * }
 * }</pre>
 *
 * <p>Rows of a batch may belong to different modules: {@link io.haori.adapter.spi.Routing}. What a
 * method needs of its training it says by {@link io.haori.adapter.spi.TrainingStrategy} (in which
 * stages or levels) and {@link io.haori.adapter.spi.StepRule} (what happens around each step).
 * {@link io.haori.adapter.spi.ComponentMethod} is a method whose modules can be made smaller.
 */
@NullMarked
package io.haori.adapter.spi;

import org.jspecify.annotations.NullMarked;
