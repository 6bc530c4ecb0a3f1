package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whose signature under a coordinator's certificate is enough: that of the farm's own authority.
 */
public final class Trust {
  private Trust() {}

  /**
   * @param authority a file of certificates, PEM
   * @throws DemofusionException BAD_REQUEST if there is none in it
   */
  public static SSLContext of(Path authority) {
    Collection<? extends Certificate> certificates = certificates(authority);
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int n = 0;
      for (Certificate certificate : certificates) {
        trusted.setCertificateEntry("authority-" + n++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "--ca " + file + " cannot be read: " + SafeFile.reason(e));
    } catch (CertificateException e) {
      // said below
    }
    throw DemofusionException.badRequest("--ca " + file + " contains no PEM certificate");
  }
}
