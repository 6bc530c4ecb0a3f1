package demofusion.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.protocol.work.WorkResult.DecodedPixels;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that speak to each other through the farm's transport, and strangers that cannot. */
class FarmTransportIT {
  private static final String SECRET = "correct horse battery staple";
  private static final String GUESS = "correct horse battery stable";
  private static final int PATIENCE_MILLIS = 30_000;

  @TempDir static Path folder;

  @BeforeAll
  static void makeCertificates() {
    for (String farm : List.of("farm", "stranger")) {
      new CertificateFolder(folder.resolve(farm), 30, Clock.systemUTC()).make(List.of());
    }
  }

  @Test
  void carriesWorkThatNoOrdinaryFrameHolds() {
    try (IsolatedWorkerNode coordinator = new IsolatedWorkerNode(ConfigFactory.empty());
        IsolatedWorkerNode worker = new IsolatedWorkerNode(ConfigFactory.empty())) {
      assertThat(coordinator.ask(worker).result()).isInstanceOf(DecodedPixels.class);
    }
  }

  @Test
  void letsOnlyNodesWithCertificatesOfTheirAuthorityTakePart() throws IOException {
    try (IsolatedWorkerNode stranger =
            new IsolatedWorkerNode(certificates("stranger", "coordinator"));
        IsolatedWorkerNode coordinator =
            new IsolatedWorkerNode(certificates("farm", "coordinator"));
        IsolatedWorkerNode worker = new IsolatedWorkerNode(certificates("farm", "worker"))) {
      stranger.tell(worker);
      Path authority = folder.resolve("farm/ca.crt");
      Path strangers = folder.resolve("stranger");
      assertRefused(TlsFiles.trusting(authority), worker);
      assertRefused(
          new TlsFiles(authority, strangers.resolve("worker.crt"), strangers.resolve("worker.key"))
              .serverContext(),
          worker);

      assertThat(coordinator.ask(worker).result()).isInstanceOf(DecodedPixels.class);
      stranger.hasHeardNothing();
    }
  }

  @Test
  void letsOnlyNodesThatKnowTheSecretTakePart() throws IOException {
    try (IsolatedWorkerNode stranger = new IsolatedWorkerNode(secret(GUESS));
        IsolatedWorkerNode coordinator = new IsolatedWorkerNode(secret(SECRET));
        IsolatedWorkerNode worker = new IsolatedWorkerNode(secret(SECRET))) {
      stranger.tell(worker);
      DerivedIdentity guessed = DerivedIdentity.of(GUESS);
      DerivedIdentity right = DerivedIdentity.of(SECRET);
      assertRefused(Contexts.trusting(right.certificate()), worker);
      assertRefused(Contexts.of(guessed.key(), guessed.certificate(), right.certificate()), worker);

      assertThat(coordinator.ask(worker).result()).isInstanceOf(DecodedPixels.class);
      stranger.hasHeardNothing();
    }
  }

  private static Config certificates(String farm, String role) {
    return TlsFiles.in(folder.resolve(farm), role).check(Clock.systemUTC()).remoting();
  }

  private static Config secret(String secret) throws IOException {
    Path file =
        Files.createTempFile(
            folder,
            "secret",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new SharedSecret(Files.writeString(file, secret)).check().remoting();
  }

  /** That the node itself turns away who trusts it, but cannot prove to belong to it. */
  private static void assertRefused(SSLContext stranger, IsolatedWorkerNode node)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            stranger
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getInputStream().read(); // TLS 1.3 hears of a refusal only now
              })
          .isInstanceOf(SSLException.class)
          .hasMessageMatching("(?s).*(bad_certificate|certificate_(required|unknown)).*");
    }
  }
}
