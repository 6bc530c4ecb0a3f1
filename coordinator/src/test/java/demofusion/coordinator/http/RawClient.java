package demofusion.coordinator.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Says over a socket what no HTTP client would. */
final class RawClient implements AutoCloseable {
  private final Socket socket = new Socket();

  RawClient(InetSocketAddress server) throws IOException {
    socket.connect(server);
    socket.setSoTimeout(20_000);
  }

  RawClient say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Everything until the server closes. */
  String hearAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Until the server closes, in whatever way. */
  void awaitEnd() throws IOException {
    try {
      hearAll();
    } catch (SocketException e) {
      // A reset, which is what a connection that said nothing gets.
    }
  }

  /** What comes first. */
  String hear() throws IOException {
    byte[] bytes = new byte[16_384];
    InputStream in = socket.getInputStream();
    int count = in.read(bytes);
    return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
