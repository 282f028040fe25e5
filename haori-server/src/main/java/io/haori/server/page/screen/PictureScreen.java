package io.haori.server.page.screen;

import io.haori.model.image.ImageFile;
import io.haori.model.image.Picture;
import io.haori.model.image.Thumbnail;
import io.haori.server.data.DataVersion;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** A picture of data that were brought, small, for who may look at the data. */
public final class PictureScreen {
  /** Decoded at the same moment, which bounds the memory that they take. */
  private static final int AT_ONCE = 2;

  private final WorkFolder work;
  private final JobAccess access;
  private final Limits limits;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /** Of a server. */
  public PictureScreen(WorkFolder work, JobAccess access, Limits limits) {
    this.work = work;
    this.access = access;
    this.limits = limits;
  }

  /** Sends the picture that the address names. */
  public void show(Visit visit) {
    DataVersion version = work.data().find(visit.context().pathParam("id"));
    access.requireSees(visit.caller(), version);
    String name = visit.parameter("name");
    Path file =
        version
            .picture(name)
            .orElseThrow(() -> Refused.absent("No picture named " + name + " in these data"));
    int side = visit.parameter("large").isEmpty() ? Thumbnail.SMALL : Thumbnail.LARGE;
    Thumbnail small = decoded(new Named(name, file), side);
    visit.context().contentType(small.type()).result(small.content());
  }

  private record Named(String name, Path file) {}

  private Thumbnail decoded(Named one, int side) {
    free.acquireUninterruptibly();
    try {
      byte[] content = ImageFile.bytes(one.file());
      return Thumbnail.of(new Picture.Content(one.name(), content, limits.pixels()).read(), side);
    } finally {
      free.release();
    }
  }
}
