package demofusion.deploy.security;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Knocks at another node's door to find out why it lets nobody in: the cluster itself only keeps
 * trying. A sentence for people; it decides nothing.
 */
public final class Knock {
  private final Optional<SSLContext> own;
  private final int patienceMillis;

  /**
   * @param own what this node proves with who it is; empty: nothing
   */
  public Knock(Optional<SSLContext> own, Duration patience) {
    this.own = own;
    this.patienceMillis = (int) patience.toMillis();
  }

  /** Why a node that does not answer may be silent. Takes a while. */
  public String sentence(String host, int port) {
    String node = host + ":" + port;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), patienceMillis);
      socket.setSoTimeout(patienceMillis);
      return own.isPresent()
          ? shown(node, own.get(), socket, host, port)
          : naked(node, socket, host, port);
    } catch (ConnectException e) {
      return "nobody listens at " + node + ": is the coordinator running?";
    } catch (SocketTimeoutException e) {
      return node + " cannot be reached: is there a firewall between?";
    } catch (IOException e) {
      return node + " cannot be reached: " + e.getMessage();
    }
  }

  private String shown(String node, SSLContext context, Socket socket, String host, int port)
      throws IOException {
    try (SSLSocket secure =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true)) {
      secure.startHandshake();
      return afterHandshake(node, secure);
    } catch (SSLException e) {
      return speaksTls(e) ? noTrust(node) : notTls(node);
    } catch (SocketException e) {
      return notTls(node);
    }
  }

  /** In TLS 1.3 a refusal is heard only now. */
  private static String afterHandshake(String node, SSLSocket secure) throws IOException {
    try {
      secure.getInputStream().read();
      return node + " let this node in and hung up: do both have the same version?";
    } catch (SocketTimeoutException e) {
      return node + " accepts this node, but has not answered as a coordinator yet";
    } catch (SSLException | SocketException e) {
      return noTrust(node);
    }
  }

  private static String noTrust(String node) {
    return node
        + " and this node do not trust each other: give both the same --secret, or --tls with"
        + " certificates of one authority";
  }

  private static String notTls(String node) {
    return node + " does not speak TLS: start it with the same --tls or --secret as this node";
  }

  private String naked(String node, Socket socket, String host, int port) throws IOException {
    try (SSLSocket secure =
        (SSLSocket)
            SSLContext.getDefault().getSocketFactory().createSocket(socket, host, port, true)) {
      secure.startHandshake();
      return wantsTls(node);
    } catch (SSLException e) {
      return speaksTls(e)
          ? wantsTls(node)
          : silent(node);
    } catch (SocketException e) {
      return silent(node); // it hung up at our greeting
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static String silent(String node) {
    return node + " listens, but has not answered as a coordinator yet";
  }

  private static String wantsTls(String node) {
    return node + " speaks TLS and this node does not: give it --tls or --secret, as the others";
  }

  /** Whoever objects to a certificate has seen one, or wanted to. */
  private static boolean speaksTls(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException || message.contains("certificate")) {
        return true;
      }
    }
    return false;
  }
}
