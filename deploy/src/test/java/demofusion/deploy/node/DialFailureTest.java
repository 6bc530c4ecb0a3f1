package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import demofusion.deploy.security.CertificateFolder;
import demofusion.deploy.security.TlsFiles;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures of real handshakes, between two engines without a wire. */
class DialFailureTest {
  private static final URI HERE = URI.create("https://b.lan:7980");

  @TempDir static Path folder;

  @BeforeAll
  static void makeCertificates() {
    new CertificateFolder(folder, 30, Clock.systemUTC()).make(List.of("a.lan"));
  }

  @Test
  void saysThatTheCertificateIsForAnotherName() throws Exception {
    assertThat(sentence(handshake(TlsFiles.trusting(folder.resolve("ca.crt")), "b.lan")))
        .isEqualTo(
            "the coordinator at https://b.lan:7980 did not present a trusted certificate: it is for"
                + " another name; address the coordinator by the name in its certificate");
    assertThat(sentence(handshake(TlsFiles.trusting(folder.resolve("ca.crt")), "10.0.0.9")))
        .contains("it is for another name");
  }

  @Test
  void saysThatNobodyKnowsWhoSignedIt() throws Exception {
    assertThat(sentence(handshake(SSLContext.getDefault(), "a.lan")))
        .contains("not signed by a known authority", "--ca");
  }

  @Test
  void saysThatThereIsNoTls() throws Exception {
    SSLEngine client = client(SSLContext.getDefault(), "b.lan");
    client.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1 << 16));
    ByteBuffer answer =
        ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    Throwable failure = catchThrowable(() -> client.unwrap(answer, ByteBuffer.allocate(1 << 16)));

    assertThat(sentence(failure))
        .startsWith("what listens at https://b.lan:7980 does not use TLS")
        .contains("dial http://");
  }

  private static String sentence(Throwable failure) {
    return DialFailure.sentence(HERE, new CompletionException(failure));
  }

  private static SSLEngine client(SSLContext trust, String host) {
    SSLEngine client = trust.createSSLEngine(host, 7980);
    client.setUseClientMode(true);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    client.setSSLParameters(parameters);
    return client;
  }

  /** What the client makes of a coordinator with the certificate of a.lan. */
  private static Throwable handshake(SSLContext trust, String host) throws SSLException {
    SSLEngine server = TlsFiles.in(folder, "a.lan").serverContext().createSSLEngine();
    server.setUseClientMode(false);
    SSLEngine client = client(trust, host);
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    for (int turn = 0; turn < 20; turn++) {
      Throwable failure = catchThrowable(() -> step(client, toServer, toClient));
      if (failure != null) {
        return failure;
      }
      step(server, toClient, toServer);
    }
    throw new AssertionError("the handshake succeeded");
  }

  /** Says all that there is to say, then hears all that was said. */
  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
    ByteBuffer unused = ByteBuffer.allocate(1 << 16);
    in.flip();
    for (int turn = 0; turn < 20; turn++) {
      HandshakeStatus status = engine.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        engine.getDelegatedTask().run();
      } else if (status == HandshakeStatus.NEED_UNWRAP && in.hasRemaining()) {
        engine.unwrap(in, unused);
      } else if (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NOT_HANDSHAKING) {
        engine.wrap(ByteBuffer.allocate(0), out);
      }
    }
    in.compact();
  }
}
