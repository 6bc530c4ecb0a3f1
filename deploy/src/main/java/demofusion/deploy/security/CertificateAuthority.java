package demofusion.deploy.security;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs the certificates of one farm. Keys are RSA, the only kind that Pekko reads from PEM files.
 */
record CertificateAuthority(X509Certificate certificate, PrivateKey key) {
  /**
   * A name that all certificates of a farm have: Pekko lets nodes speak only to such as share one.
   */
  static final String COMMON_NAME = "demofusion";

  private static final int AUTHORITY_KEY_BITS = 3072;
  private static final int NODE_KEY_BITS = 2048;
  private static final int SERIAL_BITS = 120;
  private static final String SIGNATURE = "SHA256withRSA";
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /** Clocks of a farm's machines differ; a certificate is valid a little before it was made. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(10);

  /** From when on and how long something is valid. */
  record Validity(Instant from, Duration length) {
    Date begin() {
      return Date.from(from.minus(CLOCK_DIFFERENCE));
    }

    Date end() {
      return Date.from(from.plus(length));
    }
  }

  /** A node's certificate and key. */
  record Pair(X509Certificate certificate, PrivateKey key) {}

  static CertificateAuthority create(Validity validity) throws GeneralSecurityException {
    KeyPair keys = newKeys(AUTHORITY_KEY_BITS);
    X500Name name = name("demofusion farm " + Long.toHexString(new SecureRandom().nextLong()));
    try {
      X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), validity);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return new CertificateAuthority(sign(builder, keys.getPrivate()), keys.getPrivate());
    } catch (CertIOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /**
   * @param names hosts and addresses under which the node is reached, the first of which becomes
   *     its name
   */
  Pair issue(List<String> names, Validity validity) throws GeneralSecurityException {
    KeyPair keys = newKeys(NODE_KEY_BITS);
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    try {
      X509v3CertificateBuilder builder =
          builder(name(names.get(0)), issuer, keys.getPublic(), validity);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      // Nodes call each other, and are called.
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(certificate));
      return new Pair(sign(builder, key), keys.getPrivate());
    } catch (CertIOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name subject, X500Name issuer, PublicKey key, Validity validity)
      throws GeneralSecurityException, CertIOException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS),
            validity.begin(),
            validity.end(),
            subject,
            key);
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    return builder;
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static KeyPair newKeys(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static X500Name name(String text) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, text).build();
  }

  private static GeneralNames alternatives(List<String> names) {
    return new GeneralNames(
        names.stream()
            .distinct()
            .map(
                name ->
                    new GeneralName(
                        isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new));
  }

  static boolean isAddress(String name) {
    return IP_ADDRESS.matcher(name).matches();
  }
}
