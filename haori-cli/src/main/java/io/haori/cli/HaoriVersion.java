package io.haori.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version as the build wrote it into the jar. */
final class HaoriVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"haori " + ofThisBuild(), "Java " + Runtime.version()};
  }

  /** The version of this build, {@code development} when not run from a jar. */
  static String ofThisBuild() {
    @Nullable String version = HaoriVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
