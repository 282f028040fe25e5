package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.tensor.Processor.Description;
import org.junit.jupiter.api.Test;

/** What Linux says of processors. */
final class ProcessorTest {
  @Test
  void nameAndFlagsAreThoseOfTheFirstProcessor() {
    Description read =
        Description.of(
            """
            processor\t: 0
            model name\t: A Maker's 9005: 32 cores
            flags\t\t: fpu avx2 avx512_bf16
            vmx flags\t: amx_int8

            processor\t: 1
            model name\t: another
            flags\t\t: avx512_vnni
            """);

    assertThat(read.name()).isEqualTo("A Maker's 9005: 32 cores");
    assertThat(read.has("avx512_bf16")).isTrue();
    assertThat(read.has("avx512")).isFalse();
    assertThat(read.has("amx_int8")).isFalse();
    assertThat(read.has("avx512_vnni")).isFalse();
  }

  @Test
  void armCallsThemFeatures() {
    assertThat(Description.of("processor : 0\nFeatures : fp asimd i8mm bf16\n").flags())
        .containsExactlyInAnyOrder("fp", "asimd", "i8mm", "bf16");
  }

  @Test
  void int8IsFastWithAvx2AsWellButOnlyVnniAddsUpEveryCode() {
    assertThat(with("avx2").int8IsFast()).isTrue();
    assertThat(with("avx2").hasVnni()).isFalse();
    assertThat(with("avx2 avx512_vnni").hasVnni()).isTrue();
    assertThat(with("sse4_2").int8IsFast()).isFalse();
  }

  private static Description with(String flags) {
    return Description.of("flags : " + flags + "\n");
  }

  @Test
  void nothingIsKnownWhereNothingSaysSo() {
    assertThat(Description.of("").name()).isEmpty();
    assertThat(Description.of("").has("avx2")).isFalse();
  }
}
