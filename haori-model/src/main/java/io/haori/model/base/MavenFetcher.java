package io.haori.model.base;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import io.haori.core.check.UserError;
import java.nio.file.Path;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferResource;

/**
 * Gets artefacts as Maven would: through the mirrors, proxies and credentials of the user's {@code
 * settings.xml}, into the user's local repository.
 */
final class MavenFetcher {
  private MavenFetcher() {}

  /**
   * Finds the artefact of a base in the local repository, or downloads it.
   *
   * @return the artefact's file
   * @throws UserError when it cannot be had
   */
  static Path fetch(PublishedBase base, FetchListener listener) {
    ContextOverrides overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .transferListener(new Progress(base.name(), listener))
            .build();
    try (Context context = Runtimes.INSTANCE.getRuntime().create(overrides)) {
      var request =
          new ArtifactRequest(
              new DefaultArtifact(base.coordinates()), context.remoteRepositories(), null);
      return context
          .repositorySystem()
          .resolveArtifact(context.repositorySystemSession(), request)
          .getArtifact()
          .getFile()
          .toPath();
    } catch (ArtifactResolutionException | IllegalStateException e) {
      // The state is illegal when settings.xml cannot be read.
      String cure = "; check the network, or mirrors and proxies in Maven's settings.xml";
      throw new UserError("base " + base.name() + ": " + reason(e) + cure, e);
    }
  }

  /** First line of what went wrong at the bottom. */
  private static String reason(Exception e) {
    Throwable cause = e;
    while (e instanceof IllegalStateException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("cannot be fetched");
  }

  /** Passes on how far the download of the artefact itself is. */
  private static final class Progress extends AbstractTransferListener {
    private final String name;
    private final FetchListener listener;

    Progress(String name, FetchListener listener) {
      this.name = name;
      this.listener = listener;
    }

    @Override
    public void transferProgressed(TransferEvent event) {
      tell(event);
    }

    @Override
    public void transferSucceeded(TransferEvent event) {
      tell(event);
    }

    private void tell(TransferEvent event) {
      TransferResource resource = event.getResource();
      if (resource.getResourceName().endsWith(".jar")) {
        long bytes = resource.getResumeOffset() + event.getTransferredBytes();
        listener.fetched("fetching " + name, bytes, resource.getContentLength());
      }
    }
  }
}
