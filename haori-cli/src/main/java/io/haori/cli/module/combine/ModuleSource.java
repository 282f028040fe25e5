package io.haori.cli.module.combine;

import io.haori.cli.registry.CheckedOut;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.util.List;

/** Where versions that are measured together come from. */
interface ModuleSource {
  /**
   * The version that is meant.
   *
   * @throws io.haori.core.check.UserError when there is none
   */
  VersionId resolve(ModuleReference reference);

  /** The versions that one was mixed or merged of; none of any other. */
  List<VersionId> members(VersionId made);

  /** The files of a version; the caller closes them. */
  CheckedOut open(VersionId id);
}
