package io.haori.adapter.combine;

/** The contract for a gate that looks at the input, which no plain linear layer computes. */
class InputGateTest extends GatedLinearTest {
  @Override
  protected GateConfig config() {
    return GateConfig.DEFAULT.withKind(GateConfig.Kind.INPUT);
  }

  @Override
  protected String whyItCannotBeMerged() {
    return "a gate must be one for the task to have fixed shares, got one that looks at the input on "
        + slot().name();
  }
}
