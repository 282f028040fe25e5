package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BaseForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorBasesTest {
  private static final BaseForm F32 = BaseForm.of(DType.F32);

  @TempDir Path temporary;
  private final ExecutorBases bases = new ExecutorBases();
  private Path folder;
  private ExecutorBases.Key key;

  @BeforeEach
  void makeBase() {
    folder = TinyDomains.base(temporary);
    try (TextBase base = open(F32)) {
      key = new ExecutorBases.Key(base.digest(), F32);
    }
  }

  private TextBase open(BaseForm form) {
    return TextBase.open(folder.toString(), form, FetchListener.SILENT);
  }

  @Test
  void runsAtTheSameTimeAndAfterEachOtherUseOneBase() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<TextBase>> used = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        used.add(
            threads.submit(
                () -> {
                  try (ExecutorBases.Lease lease = bases.shared(key, this::open)) {
                    return lease.base();
                  }
                }));
      }
      TextBase first = used.get(0).get();
      for (Future<TextBase> one : used) {
        assertThat(one.get()).isSameAs(first);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(bases.loads()).isEqualTo(1);
    bases.close();
  }

  @Test
  void aBaseIsFreedWhenAnotherOneIsWantedAndNobodyUsesIt() {
    long before = Engine.heldObjects();
    ExecutorBases.Key bf16 = new ExecutorBases.Key(key.digest(), BaseForm.of(DType.BF16));
    ExecutorBases.Lease lease = bases.shared(key, this::open);
    long one = Engine.heldObjects() - before;
    try (ExecutorBases.Lease other = bases.shared(bf16, this::open)) {
      assertThat(other.base()).isNotSameAs(lease.base());
      assertThat(Engine.heldObjects() - before).isGreaterThan(one);
    }
    lease.close();
    bases.shared(bf16, this::open).close();
    assertThat(bases.loads()).isEqualTo(2);
    bases.close();
    assertThat(Engine.heldObjects()).isEqualTo(before);
  }

  @Test
  void whoIsAloneHasABaseOfItsOwn() {
    try (ExecutorBases.Lease shared = bases.shared(key, this::open);
        ExecutorBases.Lease alone = bases.alone(key, this::open)) {
      assertThat(alone.base()).isNotSameAs(shared.base());
    }
    assertThat(bases.loads()).isEqualTo(2);
    bases.close();
  }

  @Test
  void aBaseOfAnotherDigestIsRefusedAndFreed() {
    long before = Engine.heldObjects();
    ExecutorBases.Key wanted = new ExecutorBases.Key("0c1f", F32);
    assertThatThrownBy(() -> bases.shared(wanted, this::open))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "base must have the digest 0c1f as that of the program that asks, got "
                + key.digest()
                + " ("
                + folder
                + ")");
    assertThat(bases.loads()).isZero();
    assertThat(Engine.heldObjects()).isEqualTo(before);
  }
}
