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
 *
 * <p>Of a person who signed in with a provider it is the name of a session here in place of a token
 * ({@link PersonSessions}), and goes with links from elsewhere to the page, since that is how the
 * provider sends the browser back. A browser has one of them, not both.
 */
public final class SessionCookie {
  private static final String NAME = "demofusion-session";
  private static final Pattern PORT = Pattern.compile(".*:(\\d{1,5})");

  /** What a session's name begins with in the cookie; no token does, in base64 there is no dot. */
  private static final String PERSON = "p.";

  private static final Pattern SESSION = Pattern.compile("p\\.([A-Za-z0-9_-]{43})");

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

  /**
   * The same for somebody without a token.
   *
   * @param id of the session
   */
  public static HttpHeader ofPerson(PublicAddress address, String id, boolean isSecure) {
    return SetCookie.create(cookie(address, PERSON + id, isSecure).withSameSite(SameSite.Lax));
  }

  /** Has the browser forget it. */
  public static HttpHeader gone(PublicAddress address, boolean isSecure) {
    return SetCookie.create(cookie(address, "", isSecure).withMaxAge(0));
  }

  private static String name(PublicAddress address) {
    return name(NAME, address);
  }

  /** With the port that the browser asked, which a proxy or a container may have made another. */
  public static String name(String beginning, PublicAddress address) {
    Matcher port = PORT.matcher(address.authority());
    return port.matches() ? beginning + "-" + port.group(1) : beginning;
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
    return find(request, name(address)).flatMap(SessionCookie::decoded);
  }

  /** The session that it names there; empty if it names none. */
  public static Optional<String> readPerson(HttpRequest request, PublicAddress address) {
    return find(request, name(address))
        .map(SESSION::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  /** What a browser keeps under a name. */
  public static Optional<String> find(HttpRequest request, String name) {
    return request.getHeader(Cookie.class).flatMap(cookies -> value(cookies, name));
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
