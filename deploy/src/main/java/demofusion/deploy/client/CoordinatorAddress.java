package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.net.ResolvedRequest;
import demofusion.protocol.net.UrlHost;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a coordinator answers HTTP.
 *
 * @param root without a slash at its end
 */
public record CoordinatorAddress(URI root) {
  /** Where a coordinator answers that nobody told otherwise. */
  public static final CoordinatorAddress DEFAULT = parse("http://127.0.0.1:7980");

  /**
   * Reads {@code http://HOST:PORT} or {@code https://HOST[:PORT]}, with a path where a proxy wants
   * one.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static CoordinatorAddress parse(String text) {
    try {
      URI uri = new URI(text.strip().replaceAll("/+$", ""));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean isWeb = scheme.equals("http") || scheme.equals("https");
      boolean isPlain =
          uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
      if (isWeb && isPlain && UrlHost.of(uri).isPresent()) {
        requireCertifiable(uri);
        return new CoordinatorAddress(uri);
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "the coordinator's address \"" + text + "\" must be like http://127.0.0.1:7980");
  }

  private static void requireCertifiable(URI uri) {
    UrlHost.certificateProblem(uri)
        .ifPresent(
            problem -> {
              throw DemofusionException.badRequest(
                  "the coordinator's address \"" + uri + "\" " + problem);
            });
  }

  UrlHost host() {
    return UrlHost.of(root).orElseThrow();
  }

  /**
   * A route of the API, at a host that stands for the coordinator's where {@link ResolvedRequest}
   * says so.
   *
   * @param steps of the path, each of which may hold any characters
   */
  URI at(String... steps) {
    StringBuilder path = new StringBuilder(ResolvedRequest.standIn(root).toString());
    for (String step : steps) {
      path.append('/').append(URLEncoder.encode(step, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    return URI.create(path.toString());
  }

  public boolean isEncrypted() {
    return root.getScheme().equalsIgnoreCase("https");
  }

  /** Whether what is sent stays on this machine. */
  public boolean isLoopback() {
    String name = host().name().toLowerCase(Locale.ROOT);
    try {
      return name.startsWith("127.")
          || name.equals("localhost")
          || (name.startsWith("[") && InetAddress.getByName(name).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
