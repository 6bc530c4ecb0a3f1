package demofusion.deploy.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** A line that breaks: each connection passes so many bytes on, both ways together, and is cut. */
final class BrittleLine implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress target;
  private final IntUnaryOperator bytesOfConnection;

  /** So many there were. */
  final AtomicInteger connections = new AtomicInteger();

  /**
   * @param bytesOfConnection by the connection's number, from 0; negative: it holds
   */
  BrittleLine(InetSocketAddress target, IntUnaryOperator bytesOfConnection) throws IOException {
    this.target = target;
    this.bytesOfConnection = bytesOfConnection;
    daemon(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Socket far = new Socket(target.getAddress(), target.getPort());
        int allowed = bytesOfConnection.applyAsInt(connections.getAndIncrement());
        AtomicInteger left = new AtomicInteger(allowed < 0 ? Integer.MAX_VALUE : allowed);
        daemon(() -> pass(near, far, left));
        daemon(() -> pass(far, near, left));
      } catch (IOException e) {
        // the door is closed
      }
    }
  }

  private static void pass(Socket from, Socket to, AtomicInteger left) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        int rest = left.addAndGet(-count);
        out.write(buffer, 0, rest < 0 ? Math.max(0, count + rest) : count);
        out.flush();
        if (rest <= 0) {
          return;
        }
      }
    } catch (IOException e) {
      // cut by the other direction
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "brittle-line");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
