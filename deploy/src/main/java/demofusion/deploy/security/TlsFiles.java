package demofusion.deploy.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * The three files that let a node take part: whom the farm trusts, who this node is, and the key
 * that proves it. {@link #check} finds whatever is wrong with them before anything starts; a node
 * that is started with wrong ones would come up alone and only say so in its log.
 *
 * @param authority the certificate that signed all others of the farm
 * @param certificate this node's; it must have one name in common with those of the others
 * @param key this node's, for the owner's eyes only
 */
public record TlsFiles(Path authority, Path certificate, Path key) {
  static final String AUTHORITY = "ca";
  static final String CERTIFICATE_SUFFIX = ".crt";
  static final String KEY_SUFFIX = ".key";

  private static final String ENGINE = "pekko.remote.artery.ssl.rotating-keys-engine.";

  /**
   * A node's files in a folder: the first of the names that there is, else the only pair beside the
   * authority.
   *
   * @param names the node's host and role, for example
   */
  public static TlsFiles in(Path folder, String... names) {
    List<String> there = pairs(folder);
    for (String name : names) {
      Optional<String> own = there.stream().filter(name::equalsIgnoreCase).findFirst();
      if (own.isPresent()) {
        return named(folder, own.get());
      }
    }
    if (there.size() == 1) {
      return named(folder, there.get(0));
    }
    throw DemofusionException.badRequest(
        there.isEmpty()
            ? "%s contains no certificates: demofusion certificates %s creates them"
                .formatted(folder, folder)
            : ("%s contains certificates for %s, none of them %s: demofusion certificates "
                    + "%s --host NAME creates another")
                .formatted(folder, String.join(", ", there), String.join(" or ", names), folder));
  }

  static TlsFiles named(Path folder, String name) {
    return new TlsFiles(
        folder.resolve(AUTHORITY + CERTIFICATE_SUFFIX),
        folder.resolve(name + CERTIFICATE_SUFFIX),
        folder.resolve(name + KEY_SUFFIX));
  }

  /** Names of a folder's certificates, without the authority's. */
  private static List<String> pairs(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badRequest(
          folder + " does not exist: demofusion certificates " + folder + " creates it");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(CERTIFICATE_SUFFIX))
          .map(name -> name.substring(0, name.length() - CERTIFICATE_SUFFIX.length()))
          .filter(name -> !name.equals(AUTHORITY))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          folder + " cannot be read by this user: check its owner and permissions");
    }
  }

  /**
   * Refuses files that are missing, unreadable, too readable, expired or not yet valid, and those
   * that do not belong together.
   */
  public TlsFiles check(Clock clock) {
    X509Certificate trusted = Pem.certificate(authority);
    X509Certificate own = Pem.certificate(certificate);
    PrivateKey secret = Pem.key(key);
    requireBelongsTo(secret, own.getPublicKey());
    requireSigned(own, trusted);
    requireValid(authority, trusted, clock.instant());
    requireValid(certificate, own, clock.instant());
    return this;
  }

  private void requireBelongsTo(PrivateKey secret, PublicKey open) {
    byte[] challenge = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(secret);
      signature.update(challenge);
      byte[] answer = signature.sign();
      signature.initVerify(open);
      signature.update(challenge);
      if (signature.verify(answer)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // a key of another kind, then
    }
    throw DemofusionException.badRequest(
        "%s does not match %s: copy both again from where they were created"
            .formatted(key, certificate));
  }

  private void requireSigned(X509Certificate own, X509Certificate trusted) {
    try {
      own.verify(trusted.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw DemofusionException.badRequest(
          "%s was not signed by %s: copy all files from the same certificates folder"
              .formatted(certificate, authority));
    }
  }

  private static void requireValid(Path file, X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      throw DemofusionException.badRequest(
          file + " is not valid until " + date(from) + ": check this machine's clock");
    }
    if (now.isAfter(until)) {
      throw DemofusionException.badRequest(
          file
              + " expired on "
              + date(until)
              + ": create new ones for all nodes with demofusion certificates DIR");
    }
  }

  /**
   * What to say of the one that expires first, if that is soon: a node that is running goes on with
   * its connections, but makes no new ones from then on.
   *
   * @param notice how long before it is said
   */
  public Optional<String> expirySoon(Instant now, Duration notice) {
    Path first = certificate;
    Instant until = end(certificate);
    if (end(authority).isBefore(until)) {
      first = authority;
      until = end(authority);
    }
    return until.isAfter(now.plus(notice))
        ? Optional.empty()
        : Optional.of(
            first
                + (until.isAfter(now) ? " expires on " : " expired on ")
                + date(until)
                + ": create new ones for all nodes with demofusion certificates DIR; once they are"
                + " in place, nodes use them within minutes, HTTPS after a restart");
  }

  private static Instant end(Path file) {
    return Pem.certificate(file).getNotAfter().toInstant();
  }

  private static LocalDate date(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  /** What the nodes' transport has to be told. */
  public Config remoting() {
    return ConfigFactory.parseMap(
            Map.of(
                ENGINE + "ca-cert-file", authority.toAbsolutePath().toString(),
                ENGINE + "cert-file", certificate.toAbsolutePath().toString(),
                ENGINE + "key-file", key.toAbsolutePath().toString()))
        .withFallback(ConfigFactory.parseResources("farm-tls.conf"));
  }

  /** For HTTPS with the same certificate. */
  public SSLContext serverContext() {
    return Contexts.of(Pem.key(key), Pem.certificate(certificate), Pem.certificate(authority));
  }

  /** For a client that trusts whom a farm's authority signed, and nobody else. */
  public static SSLContext trusting(Path authority) {
    return Contexts.trusting(Pem.certificate(authority));
  }
}
