package demofusion.deploy.security;

import demofusion.deploy.security.CertificateAuthority.Pair;
import demofusion.deploy.security.CertificateAuthority.Validity;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The folder from which a farm's nodes get their certificates: the authority (ca.crt, and ca.key,
 * which stays here), and a pair of files for each role or host. Nothing in it is ever overwritten.
 */
public final class CertificateFolder {
  /** The pairs of a farm that names no hosts. */
  public static final List<String> ROLES = List.of("coordinator", "worker");

  private static final Duration AUTHORITY_LENGTH = Duration.ofDays(3650);
  private static final int MOST_DAYS = 36_500;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:]([A-Za-z0-9.:-]{0,252})");
  private static final List<String> HERE = List.of("localhost", "127.0.0.1", "::1");

  private final Path folder;
  private final Validity validity;

  /**
   * @param days how long the nodes' certificates are valid
   */
  public CertificateFolder(Path folder, int days, Clock clock) {
    if (days < 1 || days > MOST_DAYS) {
      throw DemofusionException.badRequest(
          "--days " + days + " must be between 1 and " + MOST_DAYS);
    }
    this.folder = folder;
    this.validity = new Validity(clock.instant(), Duration.ofDays(days));
  }

  /**
   * Makes a pair for each host, or for each role where no hosts are named, and before that the
   * authority where there is none yet.
   *
   * @return the files made
   */
  public List<Path> make(List<String> hosts) {
    hosts.forEach(CertificateFolder::requireHost);
    List<String> names = hosts.isEmpty() ? ROLES : hosts.stream().distinct().toList();
    List<Path> made = new ArrayList<>();
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      names.forEach(this::requireNew);
      CertificateAuthority authority = authority(made);
      for (String name : names) {
        makePair(authority, name, made);
      }
      return made;
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, folder + " cannot be written to: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "this Java cannot make certificates: " + e.getMessage(), e);
    }
  }

  private void makePair(CertificateAuthority authority, String name, List<Path> made)
      throws IOException, GeneralSecurityException {
    List<String> names = new ArrayList<>(List.of(name, CertificateAuthority.COMMON_NAME));
    names.addAll(HERE);
    Pair pair = authority.issue(names, validity);
    TlsFiles files = TlsFiles.named(folder, name);
    Pem.write(files.key(), pair.key());
    Pem.write(files.certificate(), pair.certificate());
    made.add(files.certificate());
    made.add(files.key());
  }

  private CertificateAuthority authority(List<Path> made)
      throws IOException, GeneralSecurityException {
    TlsFiles files = TlsFiles.named(folder, TlsFiles.AUTHORITY);
    if (Files.exists(files.certificate()) || Files.exists(files.key())) {
      return existing(files);
    }
    Duration length =
        validity.length().compareTo(AUTHORITY_LENGTH) > 0 ? validity.length() : AUTHORITY_LENGTH;
    CertificateAuthority authority =
        CertificateAuthority.create(new Validity(validity.from(), length));
    Pem.write(files.key(), authority.key());
    Pem.write(files.certificate(), authority.certificate());
    made.add(files.certificate());
    made.add(files.key());
    return authority;
  }

  private CertificateAuthority existing(TlsFiles files) {
    if (!Files.exists(files.key())) {
      throw DemofusionException.badRequest(
          files.key()
              + " does not exist: add certificates in the folder where the farm's first ones were"
              + " created");
    }
    files.check(Clock.fixed(validity.from(), ZoneOffset.UTC));
    X509Certificate certificate = Pem.certificate(files.certificate());
    Instant until = certificate.getNotAfter().toInstant();
    if (validity.end().toInstant().isAfter(until)) {
      throw DemofusionException.badRequest(
          ("--days exceeds the validity of %s, which is valid until %s: choose fewer, or "
                  + "create all certificates again in another folder")
              .formatted(files.certificate(), until));
    }
    return new CertificateAuthority(certificate, Pem.key(files.key()));
  }

  private void requireNew(String name) {
    TlsFiles files = TlsFiles.named(folder, name);
    for (Path file : List.of(files.certificate(), files.key())) {
      if (Files.exists(file)) {
        throw DemofusionException.badRequest(
            file
                + " already exists and is not overwritten: choose another folder, or move it away"
                + " first");
      }
    }
  }

  private static void requireHost(String host) {
    if (host.matches("[\\w.-]*_[\\w.-]*")) {
      throw DemofusionException.badRequest(
          ("--host \"%s\" has an underscore, which certificates do not allow: use another name of"
                  + " that host, for example a network alias, or its address")
              .formatted(host));
    }
    if (!HOST.matcher(host).matches() || host.equals(TlsFiles.AUTHORITY)) {
      throw DemofusionException.badRequest(
          "--host \"" + host + "\" must be a host name or address, without a port");
    }
  }
}
