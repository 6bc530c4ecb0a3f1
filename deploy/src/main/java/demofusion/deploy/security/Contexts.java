package demofusion.deploy.security;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS of keys and certificates that are in memory. */
final class Contexts {
  static final String PROTOCOL = "TLSv1.3";

  private static final char[] IN_MEMORY_ONLY = "none".toCharArray();

  private Contexts() {}

  /**
   * Proves to be the certificate's owner, and trusts whom the authority signed, which is all that
   * there is between a farm's certificates: no chain has to be sent along.
   */
  static SSLContext of(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    try {
      KeyStore keys = emptyStore();
      keys.setKeyEntry("own", key, IN_MEMORY_ONLY, new X509Certificate[] {certificate});
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(keys, IN_MEMORY_ONLY);
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(own.getKeyManagers(), trust(authority).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
    }
  }

  static SSLContext trusting(X509Certificate authority) {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(null, trust(authority).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory trust(X509Certificate authority)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("authority", authority);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
