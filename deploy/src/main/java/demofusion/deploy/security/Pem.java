package demofusion.deploy.security;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as text files. Nothing is ever written over. */
final class Pem {
  private static final int COLUMNS = 64;
  private static final String CREATE = "demofusion certificates DIR creates such files";
  private static final String FOR_ALL = "rw-r--r--";
  private static final String FOR_THE_OWNER = "rw-------";

  private Pem() {}

  static void write(Path file, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    write(file, "CERTIFICATE", certificate.getEncoded(), FOR_ALL);
  }

  /** As PKCS#8, which Pekko reads; for the owner's eyes from the moment it is there. */
  static void write(Path file, PrivateKey key) throws IOException {
    write(file, "PRIVATE KEY", key.getEncoded(), FOR_THE_OWNER);
  }

  private static void write(Path file, String label, byte[] content, String permissions)
      throws IOException {
    String body = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'}).encodeToString(content);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.writeString(
        file,
        "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n",
        StandardOpenOption.WRITE);
  }

  /** The file's first certificate, which is all that Pekko reads of it. */
  static X509Certificate certificate(Path file) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate)
          factory.generateCertificate(
              new ByteArrayInputStream(text(file).getBytes(StandardCharsets.UTF_8)));
    } catch (CertificateException | ClassCastException e) {
      throw refused(
          file + " contains no PEM certificate: demofusion certificates DIR creates one", e);
    }
  }

  /** Read as Pekko will read it. */
  static PrivateKey key(Path file) {
    requirePrivate(file);
    try {
      return DERPrivateKeyLoader.load(PEMDecoder.decode(text(file)));
    } catch (Exception e) { // Scala's, of many kinds and undeclared
      throw refused(
          file
              + " contains no PEM RSA key (PKCS#8, without a password): demofusion certificates"
              + " DIR creates one",
          e);
    }
  }

  /** Refuses a secret that others on this machine can read. */
  static void requirePrivate(Path file) {
    PrivateFile.require(file, CREATE);
  }

  static void requireThere(Path file) {
    if (!Files.exists(file)) {
      throw refused(file + " does not exist: " + CREATE, null);
    }
  }

  static String text(Path file) {
    requireThere(file);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static DemofusionException unreadable(Path file, IOException cause) {
    return refused(file + " cannot be read by this user: check its owner and permissions", cause);
  }

  private static DemofusionException refused(String sentence, @Nullable Throwable cause) {
    return new DemofusionException(FailureCode.BAD_REQUEST, sentence, cause);
  }
}
