package demofusion.coordinator.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.Cookie;
import org.apache.pekko.http.javadsl.model.headers.HttpCookie;
import org.apache.pekko.http.javadsl.model.headers.SameSite;
import org.apache.pekko.http.javadsl.model.headers.SetCookie;

/**
 * A token as a browser keeps it: no script can read it, no other site's page can have it sent, and
 * it is gone when the browser is closed. It is the token itself, so a coordinator that was started
 * again knows it still.
 */
final class SessionCookie {
  private static final String NAME = "demofusion-session";

  private SessionCookie() {}

  /**
   * @param isSecure whether it must never be sent in the clear
   */
  static HttpHeader of(String secret, boolean isSecure) {
    String value =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    return SetCookie.create(cookie(value, isSecure));
  }

  /** Has the browser forget it. */
  static HttpHeader gone(boolean isSecure) {
    return SetCookie.create(cookie("", isSecure).withMaxAge(0));
  }

  private static HttpCookie cookie(String value, boolean isSecure) {
    return HttpCookie.create(NAME, value)
        .withPath("/")
        .withHttpOnly(true)
        .withSecure(isSecure)
        .withSameSite(SameSite.Strict);
  }

  /** The token that a request brings in its cookie; empty if it brings none that could be one. */
  static Optional<String> read(HttpRequest request) {
    return request
        .getHeader(Cookie.class)
        .flatMap(SessionCookie::value)
        .flatMap(SessionCookie::decoded);
  }

  private static Optional<String> value(Cookie cookies) {
    for (var pair : cookies.getCookies()) {
      if (pair.name().equals(NAME)) {
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
