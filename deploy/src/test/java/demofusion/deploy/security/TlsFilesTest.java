package demofusion.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
  private static final Instant TODAY = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir static Path made;
  @TempDir Path folder;

  @BeforeAll
  static void makeCertificates() {
    new CertificateFolder(made.resolve("farm"), 30, at(TODAY)).make(List.of());
    new CertificateFolder(made.resolve("stranger"), 30, at(TODAY)).make(List.of("worker"));
  }

  @BeforeEach
  void copyCertificates() throws IOException {
    for (String name :
        List.of("ca.crt", "coordinator.crt", "coordinator.key", "worker.crt", "worker.key")) {
      copy("farm", name, name);
    }
  }

  private void copy(String from, String name, String to) throws IOException {
    Files.copy(
        made.resolve(from).resolve(name),
        folder.resolve(to),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  private TlsFiles worker() {
    return TlsFiles.in(folder, "worker");
  }

  @Test
  void acceptsWhatBelongsTogether() {
    assertThat(worker().check(at(TODAY)))
        .isEqualTo(
            new TlsFiles(
                folder.resolve("ca.crt"),
                folder.resolve("worker.crt"),
                folder.resolve("worker.key")));
  }

  @Test
  void makesKeysForTheOwnerOnly() throws IOException {
    for (String name : List.of("ca.key", "coordinator.key", "worker.key")) {
      Path key = made.resolve("farm").resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void makesCertificatesForBothEndsOfAConnection() throws Exception {
    X509Certificate certificate = Pem.certificate(worker().certificate());

    assertThat(certificate.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getSubjectAlternativeNames())
        .contains(List.of(2, "worker"), List.of(2, "demofusion"), List.of(7, "127.0.0.1"));
  }

  @Test
  void addsHostsToAnAuthorityThatIsThere() throws Exception {
    Path farm = made.resolve("farm");
    new CertificateFolder(farm, 10, at(TODAY)).make(List.of("gpu1.lan", "10.0.0.7"));

    TlsFiles.in(farm, "gpu1.lan").check(at(TODAY));
    TlsFiles address = TlsFiles.in(farm, "10.0.0.7").check(at(TODAY));
    assertThat(Pem.certificate(address.certificate()).getSubjectAlternativeNames())
        .contains(List.of(7, "10.0.0.7"));
  }

  @Test
  void overwritesNothing() {
    CertificateFolder again = new CertificateFolder(made.resolve("farm"), 30, at(TODAY));

    assertRefused(() -> again.make(List.of()), "coordinator.crt already exists");
  }

  @Test
  void addsNothingWhereTheAuthoritysKeyIsNot() {
    CertificateFolder copy = new CertificateFolder(folder, 30, at(TODAY));

    assertRefused(() -> copy.make(List.of("gpu1")), folder.resolve("ca.key") + " does not exist");
  }

  @Test
  void addsNothingThatOutlivesTheAuthority() {
    CertificateFolder later =
        new CertificateFolder(made.resolve("farm"), 300, at(TODAY.plus(Duration.ofDays(3600))));

    assertRefused(() -> later.make(List.of("gpu9")), "--days exceeds the validity of");
  }

  @Test
  void refusesHostsThatAreNone() {
    CertificateFolder farm = new CertificateFolder(folder, 30, at(TODAY));

    assertRefused(() -> farm.make(List.of("../../etc")), "--host \"../../etc\" must be");
    assertRefused(() -> farm.make(List.of("ca")), "--host \"ca\" must be");
    assertRefused(
        () -> farm.make(List.of("render_coordinator")),
        "--host \"render_coordinator\" has an underscore, which certificates do not allow");
    assertRefused(() -> new CertificateFolder(folder, 0, at(TODAY)), "--days 0 must be");
  }

  @Test
  void takesTheOnlyPairWhateverItsName() throws IOException {
    Files.delete(folder.resolve("coordinator.crt"));

    assertThat(TlsFiles.in(folder, "gpu1").certificate()).isEqualTo(folder.resolve("worker.crt"));
  }

  @Test
  void doesNotGuessAmongSeveralPairs() {
    assertRefused(
        () -> TlsFiles.in(folder, "gpu1"),
        "contains certificates for coordinator, worker, none of them gpu1");
  }

  @Test
  void refusesAFolderWithoutCertificates() {
    assertRefused(() -> TlsFiles.in(folder.resolve("none"), "worker"), "none does not exist");
    assertRefused(() -> TlsFiles.in(made, "worker"), "contains no certificates");
  }

  @Test
  void refusesMissingFiles() throws IOException {
    for (String name : List.of("ca.crt", "worker.key")) {
      Files.delete(folder.resolve(name));

      assertRefused(() -> worker().check(at(TODAY)), folder.resolve(name) + " does not exist");
      copyCertificates();
    }
  }

  @Test
  void refusesFilesThatHoldSomethingElse() throws IOException {
    Files.writeString(folder.resolve("worker.crt"), "-----BEGIN CERTIFICATE-----\nno\n");
    assertRefused(() -> worker().check(at(TODAY)), "worker.crt contains no PEM certificate");

    copyCertificates();
    Files.writeString(folder.resolve("worker.key"), "secret");
    assertRefused(() -> worker().check(at(TODAY)), "worker.key contains no PEM RSA key");
  }

  @Test
  void refusesAKeyThatEverybodyCanRead() throws IOException {
    Files.setPosixFilePermissions(
        folder.resolve("worker.key"), PosixFilePermissions.fromString("rw-r--r--"));

    assertRefused(() -> worker().check(at(TODAY)), "is readable by every user", "chmod 600");
  }

  @Test
  void refusesAKeyOfAnother() throws IOException {
    copy("farm", "coordinator.key", "worker.key");

    assertRefused(() -> worker().check(at(TODAY)), "does not match");
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws IOException {
    copy("stranger", "worker.crt", "worker.crt");
    copy("stranger", "worker.key", "worker.key");

    assertRefused(() -> worker().check(at(TODAY)), "worker.crt was not signed by");
  }

  @Test
  void refusesAnExpiredCertificate() {
    Clock later = at(TODAY.plus(Duration.ofDays(31)));

    assertRefused(() -> worker().check(later), "worker.crt expired on 2026-07-01");
  }

  @Test
  void saysAMonthBefore_thatACertificateExpires() {
    Duration month = Duration.ofDays(20);

    assertThat(worker().expirySoon(TODAY, month)).isEmpty();
    assertThat(worker().expirySoon(TODAY.plus(Duration.ofDays(11)), month).orElseThrow())
        .contains("worker.crt expires on 2026-07-01", "demofusion certificates DIR")
        .hasLineCount(1);
    assertThat(worker().expirySoon(TODAY.plus(Duration.ofDays(40)), month).orElseThrow())
        .contains("worker.crt expired on 2026-07-01");
  }

  @Test
  void refusesACertificateThatIsNotValidYet() {
    Clock earlier = at(TODAY.minus(Duration.ofDays(1)));

    assertRefused(() -> worker().check(earlier), "not valid until 2026-06-01", "clock");
  }

  private static void assertRefused(Runnable action, String... parts) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            DemofusionException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .message()
        .hasLineCount(1)
        .contains(parts);
  }
}
