package io.haori.server.local;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.server.problem.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder under which paths of requests must be; nothing else of the disk is looked at. */
final class AllowedFolder {
  private static final String SETTING = "lora_path";

  private final @Nullable Path root;

  /**
   * A folder of adapters.
   *
   * @param root exists; null when none may be loaded by path
   */
  AllowedFolder(@Nullable Path root) {
    if (root == null) {
      this.root = null;
      return;
    }
    require(Files.isDirectory(root), "adapters", "a folder that exists", root);
    try {
      this.root = root.toRealPath();
    } catch (IOException e) {
      throw new UserError("adapters must be a folder that can be read, got " + root, e);
    }
  }

  /**
   * The folder that a request names.
   *
   * @param named relative to the folder of adapters, or with it
   * @throws Refused when nothing may be loaded, or nothing is there
   * @throws UserError when it is elsewhere
   */
  Path resolve(String named) {
    if (root == null) {
      throw Refused.forbidden(
          "Adapters are loaded by path only by a server that was started with the folder that they"
              + " are in (the setting adapters)");
    }
    try {
      Path path = root.resolve(named).normalize();
      require(
          path.startsWith(root) && !path.equals(root),
          SETTING,
          "a folder under that of adapters",
          named);
      if (!Files.exists(path)) {
        throw Refused.absent("Nothing is at lora_path " + named);
      }
      // A link may lead out again.
      Path real = path.toRealPath();
      require(
          real.startsWith(root) && Files.isDirectory(real),
          SETTING,
          "a folder under that of adapters",
          named);
      return real;
    } catch (InvalidPathException e) {
      throw new UserError(SETTING + " must be a path, got something else", e);
    } catch (IOException e) {
      throw new UserError(SETTING + " must be a folder that can be read, got " + named, e);
    }
  }
}
