package demofusion.coordinator.http.auth;

import demofusion.coordinator.http.address.PublicAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.Cookie;
import org.apache.pekko.http.javadsl.model.headers.HttpCookie;
import org.apache.pekko.http.javadsl.model.headers.SameSite;
import org.apache.pekko.http.javadsl.model.headers.SetCookie;

/**
 * A token as a browser keeps it: no script can read it, no other site's page can have it sent, and
 * it is gone when the browser is closed. It is the token itself, so a coordinator that was started
 * again knows it still. Browsers keep cookies by host and not by port, so the port is in its name:
 * coordinators that share a machine do not sign each other's users out.
 */
public final class SessionCookie {
  private static final String NAME = "demofusion-session";
  private static final Pattern PORT = Pattern.compile(".*:(\\d{1,5})");

  private SessionCookie() {}

  /**
   * @param address by which the browser knows this server
   * @param isSecure whether it must never be sent in the clear
   */
  public static HttpHeader of(PublicAddress address, String secret, boolean isSecure) {
    String value =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    return SetCookie.create(cookie(address, value, isSecure));
  }

  /** Has the browser forget it. */
  public static HttpHeader gone(PublicAddress address, boolean isSecure) {
    return SetCookie.create(cookie(address, "", isSecure).withMaxAge(0));
  }

  /** The port that the browser asked, which a proxy or a container may have made another. */
  private static String name(PublicAddress address) {
    Matcher port = PORT.matcher(address.authority());
    return port.matches() ? NAME + "-" + port.group(1) : NAME;
  }

  private static HttpCookie cookie(PublicAddress address, String value, boolean isSecure) {
    return HttpCookie.create(name(address), value)
        .withPath(address.prefix().isEmpty() ? "/" : address.prefix())
        .withHttpOnly(true)
        .withSecure(isSecure)
        .withSameSite(SameSite.Strict);
  }

  /** The token that a request brings in its cookie; empty if it brings none that could be one. */
  static Optional<String> read(HttpRequest request, PublicAddress address) {
    String name = name(address);
    return request
        .getHeader(Cookie.class)
        .flatMap(cookies -> value(cookies, name))
        .flatMap(SessionCookie::decoded);
  }

  private static Optional<String> value(Cookie cookies, String name) {
    for (var pair : cookies.getCookies()) {
      if (pair.name().equals(name)) {
        return Optional.of(pair.value());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> decoded(String value) {
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
