package demofusion.deploy.farm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire that can be cut and mended: passes bytes on, both ways, at once or late, or nothing. */
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket door;
  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LateBytes.Delay delay;
  private volatile boolean isCut;

  /**
   * @param target HOST:PORT
   */
  public TcpProxy(String target) throws IOException {
    this(target, LateBytes.Delay.NONE);
  }

  TcpProxy(String target, LateBytes.Delay delay) throws IOException {
    this.delay = delay;
    int colon = target.lastIndexOf(':');
    this.target =
        new InetSocketAddress(
            target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public String address() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  public void cut() {
    isCut = true;
    open.forEach(TcpProxy::close);
    open.clear();
  }

  public void mend() {
    isCut = false;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        if (isCut) {
          close(near);
        } else {
          connect(near);
        }
      } catch (IOException e) {
        // the door is closed, or the target is not there yet: whoever knocked tries again
      }
    }
  }

  private void connect(Socket near) throws IOException {
    Socket far = new Socket();
    try {
      far.connect(target);
    } catch (IOException e) {
      close(near);
      throw e;
    }
    open.add(near);
    open.add(far);
    daemon(() -> pass(near, far));
    daemon(() -> pass(far, near));
  }

  private void pass(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      LateBytes.transfer(in, out, delay);
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // it was closed at the other end
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
