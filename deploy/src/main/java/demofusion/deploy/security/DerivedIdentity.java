package demofusion.deploy.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.time.Instant;
import java.util.Date;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.operator.ContentSigner;

/**
 * A key and a certificate that are a function of a secret, bit for bit, on every machine: PBKDF2
 * with HMAC-SHA-256, 600,000 rounds and the salt below gives 320 bits; these modulo the order of
 * the curve P-256 (less one, plus one) are the private key (FIPS 186-5, A.2.1); the certificate is
 * signed with it by deterministic ECDSA (RFC 6979).
 */
record DerivedIdentity(PrivateKey key, X509Certificate certificate) {
  /** Changing any of these divides old nodes from new ones. */
  private static final String SALT = "demofusion farm, shared secret, 1";

  private static final int ROUNDS = 600_000;
  private static final int BITS = 320;
  private static final String CURVE = "secp256r1";
  private static final X500Name NAME = new X500Name("CN=demofusion shared secret");

  // The secret is what expires, by being replaced.
  private static final Date FROM = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
  private static final Date UNTIL = Date.from(Instant.parse("9999-12-31T23:59:59Z"));

  static DerivedIdentity of(String secret) {
    X9ECParameters curve = CustomNamedCurves.getByName(CURVE);
    try {
      BigInteger scalar =
          new BigInteger(1, stretched(secret))
              .mod(curve.getN().subtract(BigInteger.ONE))
              .add(BigInteger.ONE);
      return new DerivedIdentity(privateKey(scalar), certificate(scalar, curve));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot derive a key: " + e.getMessage(), e);
    }
  }

  private static byte[] stretched(String secret) throws GeneralSecurityException {
    PBEKeySpec specification =
        new PBEKeySpec(secret.toCharArray(), SALT.getBytes(StandardCharsets.UTF_8), ROUNDS, BITS);
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
        .generateSecret(specification)
        .getEncoded();
  }

  private static PrivateKey privateKey(BigInteger scalar) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, curve));
  }

  private static X509Certificate certificate(BigInteger scalar, X9ECParameters curve)
      throws GeneralSecurityException, IOException {
    ECDomainParameters domain = new ECNamedDomainParameters(X9ObjectIdentifiers.prime256v1, curve);
    ECPublicKeyParameters open =
        new ECPublicKeyParameters(
            new FixedPointCombMultiplier().multiply(curve.getG(), scalar).normalize(), domain);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            NAME,
            BigInteger.ONE,
            FROM,
            UNTIL,
            NAME,
            SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    byte[] encoded =
        builder
            .build(new DeterministicSigner(new ECPrivateKeyParameters(scalar, domain)))
            .getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  /** ECDSA whose nonce is a function of key and content. */
  private static final class DeterministicSigner implements ContentSigner {
    private final DSADigestSigner signer =
        new DSADigestSigner(
            new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())), new SHA256Digest());

    DeterministicSigner(ECPrivateKeyParameters key) {
      signer.init(true, key);
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
      return new OutputStream() {
        @Override
        public void write(int value) {
          signer.update((byte) value);
        }
      };
    }

    @Override
    public byte[] getSignature() {
      return signer.generateSignature();
    }
  }
}
