package io.haori.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.server.settings.ServerSettings.Certificate;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no certificate, or no key, are one sentence each. */
final class TlsTest {
  @TempDir Path temporary;

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TlsTest.class.getResource("/io/haori/server/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(Path chain, Path key, String sentence) {
    assertThatThrownBy(() -> Tls.keyStore(new Certificate(chain, key)))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @Test
  void aCertificateWithItsKeyIsTaken() throws GeneralSecurityException {
    Certificate right = new Certificate(resource("server-cert.pem"), resource("server-key.pem"));
    assertThat(Tls.keyStore(right).size()).isEqualTo(1);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path nothing = temporary.resolve("none.pem");
    String sentence = nothing + ": cannot be read (no such file or folder)";
    assertRefused(nothing, resource("server-key.pem"), sentence);
    assertRefused(resource("server-cert.pem"), nothing, sentence);
  }

  @Test
  void filesInEachOthersPlaceAndDamagedOnesAreNamed() throws IOException {
    Path certificate = resource("server-cert.pem");
    Path key = resource("server-key.pem");
    String noCertificate = ": must hold a certificate in PEM";
    String noKey =
        ": must hold a key in PEM that begins with BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt"
            + " makes one of others";
    assertRefused(key, certificate, key + noCertificate);
    assertRefused(certificate, certificate, certificate + noKey);
    Path empty = Files.createFile(temporary.resolve("empty.pem"));
    assertRefused(empty, key, empty + noCertificate);
    assertRefused(certificate, empty, empty + noKey);
    Path cut = temporary.resolve("cut.pem");
    Files.writeString(cut, Files.readString(certificate).substring(0, 200));
    assertRefused(cut, key, cut + noCertificate);
    Files.writeString(cut, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> Tls.keyStore(new Certificate(certificate, cut)))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "\\Q" + cut + "\\E: must hold a key of the certificate's kind, (RSA|EC)");
    assertRefused(
        certificate,
        resource("other-key.pem"),
        "tlsKey must be the key of " + certificate + ", got another one's");
  }
}
