package demofusion.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.protocol.work.WorkResult.DecodedPixels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes that no node sent, at the port where nodes are heard. They may cost connections, but not
 * the node.
 *
 * <p>Without TLS there are two things that Artery has no answer to, once a connection began as a
 * node's does: a frame of negative length, which it reads again and again, and one that never ends.
 * This is why nodes off loopback want TLS, where neither is ever read.
 */
class GarbageIT {
  private static final int CONNECTIONS = 400;
  private static final int MOST_BYTES = 4096;
  private static final byte[] OURS = "DMFC".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PEKKOS = "AKKA".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private final Random random = new Random(20231016);

  @Test
  void continuesWorkingAfterGarbageAtItsPort() throws IOException {
    try (IsolatedWorkerNode coordinator = new IsolatedWorkerNode(ConfigFactory.empty());
        IsolatedWorkerNode worker = new IsolatedWorkerNode(ConfigFactory.empty())) {
      assertThat(coordinator.ask(worker).result()).isInstanceOf(DecodedPixels.class);

      for (int n = 0; n < CONNECTIONS; n += 4) {
        throwAt(worker, noise());
        throwAt(worker, joined(PEKKOS, hostileFrame()));
        throwAt(worker, joined(OURS, noise(-2)));
        throwAt(worker, joined(OURS, wholeFrame()));
      }

      assertUnharmed(worker, coordinator);
    }
  }

  @Test
  void readsNothingFromStrangersUnderTls() throws IOException {
    new CertificateFolder(folder, 30, Clock.systemUTC()).make(List.of("node"));
    Config tls = TlsFiles.in(folder, "node").check(Clock.systemUTC()).remoting();
    try (IsolatedWorkerNode coordinator = new IsolatedWorkerNode(tls);
        IsolatedWorkerNode worker = new IsolatedWorkerNode(tls)) {
      for (int n = 0; n < CONNECTIONS; n += 2) {
        throwAt(worker, noise());
        throwAt(worker, joined(OURS, hostileFrame()));
      }

      assertUnharmed(worker, coordinator);
    }
  }

  private static void assertUnharmed(IsolatedWorkerNode worker, IsolatedWorkerNode coordinator) {
    assertThat(worker.system().whenTerminated().isCompleted()).isFalse();
    assertThat(coordinator.ask(worker).result()).isInstanceOf(DecodedPixels.class);
    assertThat(worker.ask(coordinator).result()).isInstanceOf(DecodedPixels.class);
  }

  private static void throwAt(IsolatedWorkerNode node, byte[] garbage) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.getOutputStream().write(garbage);
    } catch (SocketException e) {
      // The node has hung up meanwhile, as it may.
    }
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(MOST_BYTES)];
    random.nextBytes(noise);
    return noise;
  }

  /** Noise that names none of Artery's three streams. */
  private byte[] noise(int stream) {
    byte[] noise = noise();
    noise[0] = (byte) stream;
    return noise;
  }

  /**
   * A frame as long as it says, in one of the three streams, whose header and payload are noise.
   */
  private byte[] wholeFrame() {
    byte[] noise = noise();
    return joined(stream(), length(noise.length), noise);
  }

  private byte[] hostileFrame() {
    return joined(stream(), length(random.nextBoolean() ? -4 : Integer.MAX_VALUE), noise());
  }

  private byte[] stream() {
    return new byte[] {(byte) (1 + random.nextInt(3))};
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array();
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer whole = ByteBuffer.allocate(2 * MOST_BYTES);
    for (byte[] part : parts) {
      whole.put(part);
    }
    byte[] bytes = new byte[whole.flip().remaining()];
    whole.get(bytes);
    return bytes;
  }
}
