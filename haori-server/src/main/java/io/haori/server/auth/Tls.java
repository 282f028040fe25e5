package io.haori.server.auth;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.ServerSettings.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS with a certificate and a key in PEM, as certbot and openssl write them. */
public final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final String NAME = "server";

  private Tls() {}

  /**
   * A connector that speaks TLS.
   *
   * @param server that it is for
   * @param http how it speaks HTTP
   * @param settings where it listens
   * @param certificate of the server
   * @throws UserError when a file cannot be read, or the key is not that of the certificate
   */
  public static Connector connector(
      Server server, HttpConfiguration http, ServerSettings settings, Certificate certificate) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keyStore(certificate));
    tls.setKeyStorePassword("");
    // Whatever name it is reached by: whether the name is right is for the client to say.
    tls.setSniRequired(false);
    HttpConfiguration secure = new HttpConfiguration(http);
    secure.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector = new ServerConnector(server, tls, new HttpConnectionFactory(secure));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    return connector;
  }

  /**
   * Certificate and key as Java keeps them.
   *
   * @throws UserError when a file cannot be read, or the key is not that of the certificate
   */
  public static KeyStore keyStore(Certificate certificate) {
    List<java.security.cert.Certificate> chain = chain(certificate.chain());
    PublicKey publicKey = chain.get(0).getPublicKey();
    PrivateKey key = key(certificate.key(), publicKey.getAlgorithm());
    try {
      if (!belong(publicKey, key)) {
        throw new UserError(
            "tlsKey must be the key of " + certificate.chain() + ", got another one's");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          NAME, key, new char[0], chain.toArray(java.security.cert.Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new UserError(
          "tlsKey must be the key of " + certificate.chain() + ", got one that does not fit it", e);
    }
  }

  private static List<java.security.cert.Certificate> chain(Path file) {
    try {
      List<java.security.cert.Certificate> chain =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(bytes(file))));
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (GeneralSecurityException e) {
      throw new UserError(file + ": must hold a certificate in PEM", e);
    }
    throw Check.in(file, "must hold a certificate in PEM");
  }

  private static PrivateKey key(Path file, String algorithm) {
    Matcher found = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
    if (!found.find()) {
      throw Check.in(
          file,
          "must hold a key in PEM that begins with BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt"
              + " makes one of others");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new UserError(file + ": must hold a key of the certificate's kind, " + algorithm, e);
    }
  }

  private static boolean belong(PublicKey publicKey, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm = publicKey.getAlgorithm();
    Signature signature =
        Signature.getInstance(
            algorithm.equals("EC")
                ? "SHA256withECDSA"
                : algorithm.equals("RSA") ? "SHA256withRSA" : algorithm);
    byte[] text = "haori".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    return signature.verify(signed);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }
}
