package io.haori.client;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of one's own, for servers whose certificate no public authority signed. */
final class Trust {
  private Trust() {}

  /**
   * Trusts the certificates of a file and no others.
   *
   * @param pem one or several certificates
   */
  static SSLContext of(Path pem) {
    try {
      byte[] bytes = Files.readAllBytes(pem);
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      if (found.isEmpty()) {
        throw Check.in(pem, "must hold a certificate in PEM");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate one : found) {
        store.setCertificateEntry("trusted-" + store.size(), one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw FileFailures.unreadable(pem, e);
    } catch (GeneralSecurityException e) {
      throw new UserError(pem + ": must hold a certificate in PEM", e);
    }
  }
}
