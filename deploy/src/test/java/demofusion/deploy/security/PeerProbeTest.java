package demofusion.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProbeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path folder;

  @BeforeAll
  static void makeCertificates() {
    for (String farm : List.of("farm", "stranger")) {
      new CertificateFolder(folder.resolve(farm), 30, Clock.systemUTC()).make(List.of("node"));
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket closed = open()) {
      port = closed.getLocalPort();
    }

    assertThat(probe(Optional.empty(), port)).contains("nothing is listening at 127.0.0.1:" + port);
  }

  @Test
  void saysThatTheOtherWantsTls() throws IOException {
    try (ServerSocket secure = secure("farm")) {
      assertThat(probe(Optional.empty(), secure.getLocalPort()))
          .contains("uses TLS and this node does not", "--tls or --secret");
    }
  }

  @Test
  void saysThatTheOtherHasNoTls() throws IOException {
    try (ServerSocket plain = greeting(open())) {
      assertThat(probe(Optional.of(certificates("farm")), plain.getLocalPort()))
          .contains("does not use TLS");
    }
  }

  @Test
  void saysThatBothHaveOtherCertificates() throws IOException {
    try (ServerSocket secure = secure("farm")) {
      assertThat(probe(Optional.of(certificates("stranger")), secure.getLocalPort()))
          .contains("do not trust each other", "certificates from one authority");
    }
  }

  @Test
  void saysThatItWasLetIn_whenThatIsNotTheReason() throws IOException {
    try (ServerSocket secure = secure("farm")) {
      assertThat(probe(Optional.of(certificates("farm")), secure.getLocalPort()))
          .contains("accepted this node");
    }
  }

  private static String probe(Optional<SSLContext> own, int port) {
    return new PeerProbe(own, PATIENCE).sentence("127.0.0.1", port);
  }

  private static SSLContext certificates(String farm) {
    return TlsFiles.in(folder.resolve(farm), "node").serverContext();
  }

  private static ServerSocket open() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static ServerSocket secure(String farm) throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket)
            certificates(farm)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    return greeting(socket);
  }

  /** Reads a first byte of whoever comes, and hangs up. */
  private static ServerSocket greeting(ServerSocket door) {
    Thread doorman =
        new Thread(
            () -> {
              while (!door.isClosed()) {
                try (Socket guest = door.accept()) {
                  if (guest instanceof SSLSocket secure) {
                    secure.setSoTimeout(10_000); // busy machines shake hands slowly
                    secure.startHandshake();
                  }
                  guest.setSoTimeout(100);
                  guest.getInputStream().read();
                } catch (IOException e) {
                  // he was not let in, or the door is closed
                }
              }
            },
            "doorman");
    doorman.setDaemon(true);
    doorman.start();
    return door;
  }
}
