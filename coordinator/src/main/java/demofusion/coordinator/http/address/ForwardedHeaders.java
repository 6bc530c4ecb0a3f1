package demofusion.coordinator.http.address;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * What proxies say of the address that a client used: {@code X-Forwarded-Proto}, {@code -Host},
 * {@code -Port} and {@code -Prefix}, or {@code Forwarded} (RFC 7239). Of several proxies in a row
 * the first value counts, which is that of the one that the client asked. A value that cannot be
 * what it should be is as if it were not there.
 */
final class ForwardedHeaders {
  private static final Pattern HOST =
      Pattern.compile(
          "((?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}))|\\[[0-9A-Fa-f:.]{2,45}])(?::(\\d{1,5}))?");

  /** Plain segments only, so that it can stand in a cookie and never means another host. */
  private static final Pattern PREFIX =
      Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,16}");

  private static final int LONGEST_PREFIX = 256;
  private static final int LARGEST_PORT = 65535;
  private static final int LONGEST_HEADER = 1024;

  /** One {@code name=value} of RFC 7239, and what ends it. */
  private static final Pattern PAIR =
      Pattern.compile(
          "\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))\\s*(;|,|$)");

  private final HttpRequest request;
  private final Map<String, String> first;

  ForwardedHeaders(HttpRequest request) {
    this.request = request;
    this.first =
        first(header("Forwarded").filter(text -> text.length() <= LONGEST_HEADER).orElse(""));
  }

  Optional<String> scheme() {
    return value("X-Forwarded-Proto", "proto")
        .map(scheme -> scheme.toLowerCase(Locale.ROOT))
        .filter(List.of("http", "https")::contains);
  }

  /** With the port, where it says one. */
  Optional<String> authority() {
    return value("X-Forwarded-Host", "host").filter(ForwardedHeaders::isAuthority);
  }

  Optional<Integer> port() {
    return value("X-Forwarded-Port", "").filter(ForwardedHeaders::isPort).map(Integer::valueOf);
  }

  /** Without a slash at its end. */
  Optional<String> prefix() {
    return value("X-Forwarded-Prefix", "")
        .map(path -> path.replaceFirst("/$", ""))
        .filter(path -> path.length() <= LONGEST_PREFIX && PREFIX.matcher(path).matches());
  }

  /** Each proxy's word on who asked it, in the order in which they stand there. */
  List<String> clients() {
    List<String> clients = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is("x-forwarded-for")) {
        clients.addAll(Stream.of(header.value().split(",", -1)).map(String::strip).toList());
      }
    }
    return clients.isEmpty() ? forwardedFor() : clients;
  }

  private List<String> forwardedFor() {
    String text = header("Forwarded").filter(all -> all.length() <= LONGEST_HEADER).orElse("");
    List<String> clients = new ArrayList<>();
    Matcher pair = PAIR.matcher(text);
    int at = 0;
    while (pair.find(at) && pair.start() == at) {
      if (pair.group(1).equalsIgnoreCase("for")) {
        clients.add(pair.group(2) == null ? pair.group(3) : pair.group(2));
      }
      at = pair.end();
    }
    // Of one that is not as RFC 7239 has it nothing counts.
    return at == text.length() ? clients : List.of();
  }

  static boolean isAuthority(String text) {
    Matcher parts = HOST.matcher(text);
    return parts.matches() && (parts.group(2) == null || isPort(parts.group(2)));
  }

  private static boolean isPort(String text) {
    return text.matches("\\d{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= LARGEST_PORT;
  }

  private Optional<String> value(String header, String parameter) {
    return header(header)
        .map(all -> all.split(",", 2)[0].strip())
        .filter(text -> !text.isEmpty())
        .or(() -> Optional.ofNullable(first.get(parameter)));
  }

  private Optional<String> header(String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }

  /** The pairs of the first element; none if that is not as RFC 7239 has it. */
  private static Map<String, String> first(String forwarded) {
    Map<String, String> pairs = new HashMap<>();
    Matcher pair = PAIR.matcher(forwarded);
    int at = 0;
    while (pair.find(at) && pair.start() == at) {
      String quoted = pair.group(2);
      String value = quoted == null ? pair.group(3) : quoted.replaceAll("\\\\(.)", "$1");
      pairs.put(pair.group(1).toLowerCase(Locale.ROOT), value);
      at = pair.end();
      if (!pair.group(4).equals(";")) {
        return pairs;
      }
    }
    return Map.of();
  }
}
