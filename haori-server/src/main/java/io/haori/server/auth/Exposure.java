package io.haori.server.auth;

import io.haori.core.check.UserError;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.settings.ServerSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a server may listen: on this machine alone, unless the registry knows tokens and something
 * keeps them secret on the way.
 */
public final class Exposure {
  private Exposure() {}

  /**
   * Refuses to listen where anybody could do anything.
   *
   * @param settings where it wants to listen
   * @param registry decides who may do what
   */
  public static void require(ServerSettings settings, RegistryLocation registry) {
    if (settings.certificate() != null) {
      // Before anything is started: a key that does not fit is found here.
      var unused = Tls.keyStore(settings.certificate());
    }
    if (isLoopback(settings.host())) {
      return;
    }
    if (!registry.isPostgres()) {
      throw new UserError(
          "host must be 127.0.0.1 or another address of this machine alone for the registry "
              + registry
              + ", a folder, which has no tokens, got "
              + settings.host());
    }
    if (settings.certificate() == null && !settings.behindProxy()) {
      throw new UserError(
          "host must be 127.0.0.1 or another address of this machine alone without the"
              + " setting tlsCert or the setting behindProxy, which keep tokens secret on the way,"
              + " got "
              + settings.host());
    }
  }

  /**
   * Whether only this machine reaches an address.
   *
   * @throws UserError when it is none
   */
  public static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new UserError("host must be an address of this machine, got " + host, e);
    }
  }
}
