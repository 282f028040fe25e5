package io.haori.registry.example;

import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.InstantSource;

/** Anna adds a module, Bob approves it and makes it live, and the program takes what is live. */
public final class RegistryProgram {
  private RegistryProgram() {}

  /** A folder for the registry, an adapter folder, and a new folder for what is live. */
  public static void main(String[] arguments) {
    RegistryLocation location = RegistryLocation.ofFolder(Path.of(arguments[0]));
    Credentials user = new Credentials("anna", null, null);
    NamePattern pattern = new NamePattern("食品*");
    try (Registry anna = Registry.openOrCreate(location, user, InstantSource.system())) {
      anna.access().give(new RoleGrant("bob", Role.APPROVER, pattern));
      anna.lifeCycle().setFourEyes(pattern, true); // another person than the author approves
      Path adapter = Path.of(arguments[1]);
      VersionId id =
          anna.modules().add(adapter, new ModuleName("食品"), Addition.plain()).version().id();

      Registry bob = anna.as("bob"); // the same store for another person; need not be closed
      bob.lifeCycle().approve(id, "read and tried");
      bob.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release 7");

      anna.modules().checkOut(ModuleReference.parse("食品@live"), Path.of(arguments[2]));
      anna.maintenance()
          .log(10)
          .forEach(one -> System.out.println(one.actor() + " " + one.action()));
    }
  }
}
