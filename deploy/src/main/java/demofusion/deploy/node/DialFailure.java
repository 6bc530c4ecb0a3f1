package demofusion.deploy.node;

import demofusion.protocol.DemofusionException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a worker that dials does not get through, in one sentence that says what to do. */
final class DialFailure {
  private DialFailure() {}

  /** What a status means that is no upgrade to a WebSocket. */
  static String sentence(URI url, int status) {
    String answer = "the coordinator at " + url + " answers " + status + ": ";
    return answer
        + switch (status) {
          case 400, 405, 426 ->
              "the WebSocket's upgrade does not reach it; a proxy between must pass the Upgrade and"
                  + " Connection headers on";
          case 401 ->
              "it does not know this worker's token; give one of the role work with --token-file";
          case 403 ->
              "this worker's token may not join; give one of the role work with --token-file";
          case 404 -> "no farm takes workers there; check the address and its path";
          case 429 -> "it takes no more workers at the moment";
          case 502, 503, 504 -> "it is not there behind its proxy, or overloaded";
          default -> "that is no farm's coordinator; check the address";
        };
  }

  static String sentence(URI url, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof DemofusionException known) {
      return known.userMessage();
    }
    if (cause == null || cause instanceof EOFException) {
      return "the coordinator at " + url + " closed the connection";
    }
    if (isAbout(cause, UnknownHostException.class)
        || isAbout(cause, UnresolvedAddressException.class)) {
      return "the coordinator's host in " + url + " cannot be resolved; check the name";
    }
    String reason = reason(cause);
    if (reason.contains("plaintext connection")) { // in the JDK's words
      return "what listens at "
          + url
          + " does not use TLS, as a coordinator that only its own machine reaches; dial http:// on"
          + " that machine, or the address that has a certificate";
    }
    if (isAbout(cause, SSLException.class)) {
      return "the coordinator at "
          + url
          + " did not present a trusted certificate: "
          + distrust(cause);
    }
    if (isAbout(cause, ConnectException.class) || reason.contains("Connection refused")) {
      return "nothing listens at " + url + "; check the address, and whether it is running";
    }
    if (isAbout(cause, TimeoutException.class)) {
      return "the coordinator at " + url + " does not answer; check the address and firewalls";
    }
    return "the connection to the coordinator at " + url + " was lost: " + reason;
  }

  private static String distrust(Throwable cause) {
    if (isAbout(cause, CertPathBuilderException.class)) {
      return "it is not signed by a known authority; give the farm's own with --ca";
    }
    if (isAbout(cause, CertificateExpiredException.class)) {
      return "it has expired; the coordinator needs a new one";
    }
    String reason = reason(cause);
    return reason.contains("subject alternative") || reason.contains("name matching")
        ? "it is for another name; address the coordinator by the name in its certificate"
        : reason;
  }

  private static boolean isAbout(Throwable failure, Class<? extends Exception> kind) {
    return kind.isInstance(failure)
        || (failure.getCause() != null && isAbout(failure.getCause(), kind));
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
