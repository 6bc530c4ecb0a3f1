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
 * Connects to another node's port to find out why joining it fails: the cluster itself only keeps
 * trying. A sentence for people; it decides nothing.
 */
public final class PeerProbe {
  private static final String SILENT = " has not answered as a coordinator yet";

  private final Optional<SSLContext> own;
  private final int patienceMillis;

  /**
   * @param own what this node proves with who it is; empty: nothing
   */
  public PeerProbe(Optional<SSLContext> own, Duration patience) {
    this.own = own;
    this.patienceMillis = (int) patience.toMillis();
  }

  /**
   * Why a node that does not answer may be silent. Takes a while.
   *
   * @param otherwise what may be wrong where it listens
   */
  public String sentence(String host, int port, String otherwise) {
    String found = sentence(host, port);
    return found.endsWith(SILENT) ? found + "; " + otherwise : found;
  }

  String sentence(String host, int port) {
    String node = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), patienceMillis);
      socket.setSoTimeout(patienceMillis);
      return own.isPresent()
          ? shown(node, own.get(), socket, host, port)
          : naked(node, socket, host, port);
    } catch (ConnectException e) {
      return "nothing is listening at " + node + ": is the coordinator running?";
    } catch (SocketTimeoutException e) {
      return node + " cannot be reached: is a firewall in between?";
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

  /** In TLS 1.3 a refusal arrives only now. */
  private static String afterHandshake(String node, SSLSocket secure) throws IOException {
    try {
      secure.getInputStream().read();
      return node
          + " accepted this node and then closed the connection: do both run the same"
          + " version?";
    } catch (SocketTimeoutException e) {
      return node + " accepts connections, but has not answered as a coordinator yet";
    } catch (SSLException | SocketException e) {
      return noTrust(node);
    }
  }

  private static String noTrust(String node) {
    return node
        + " and this node do not trust each other: give both the same --secret, or --tls with"
        + " certificates from one authority";
  }

  private static String notTls(String node) {
    return node + " does not use TLS: start it with the same --tls or --secret as this node";
  }

  private String naked(String node, Socket socket, String host, int port) throws IOException {
    try (SSLSocket secure =
        (SSLSocket)
            SSLContext.getDefault().getSocketFactory().createSocket(socket, host, port, true)) {
      secure.startHandshake();
      return wantsTls(node);
    } catch (SSLException e) {
      return speaksTls(e) ? wantsTls(node) : silent(node);
    } catch (SocketException e) {
      return silent(node); // it hung up at our greeting
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static String silent(String node) {
    return node + " listens, but" + SILENT;
  }

  private static String wantsTls(String node) {
    return node + " uses TLS and this node does not: give it --tls or --secret like the others";
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
