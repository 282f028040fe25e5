package io.haori.cli.poc;

import io.haori.cli.proof.ProofFile;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommandContext;
import io.haori.registry.Registry;
import java.nio.file.Path;

/**
 * A proof of concept with its registry. Owns the registry.
 *
 * @param plan folder that it was begun from
 * @param file that says where it is
 * @param registry open
 * @param story so far
 */
record OpenProof(Path plan, ProofFile file, Registry registry, ProofStory story)
    implements AutoCloseable {
  /**
   * Opens it.
   *
   * @throws io.haori.core.check.UserError when none was begun from this plan, or its registry is
   *     gone
   */
  static OpenProof of(Path plan, CommandContext context) {
    ProofFile file = ProofFile.read(plan);
    Path blobs = file.blobs().isEmpty() ? null : Path.of(file.blobs());
    Registry registry =
        Registry.open(
            RegistryAddress.location(context, file.registry(), blobs),
            RegistryAddress.credentials(context),
            context.clock());
    try {
      return new OpenProof(plan, file, registry, ProofStory.find(registry, file.start()));
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
