package demofusion.coordinator.http;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Who comes in. With tokens: whoever shows one. Without: everyone on this machine, but not the
 * pages of other sites in a browser that runs here, which could otherwise have pictures made
 * (cross-site requests) or read them (names that are made to point to this machine).
 */
final class Doorkeeper {
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([\\x21-\\x7e]{1,512})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final @Nullable Tokens tokens;
  private final boolean onLoopback;
  private final Executor files;

  /**
   * @param tokens null: none are asked for
   * @param onLoopback whether the server can be reached from this machine only
   * @param files threads that may wait for the tokens file
   */
  Doorkeeper(@Nullable Tokens tokens, boolean onLoopback, Executor files) {
    this.tokens = tokens;
    this.onLoopback = onLoopback;
    this.files = files;
  }

  boolean hasTokens() {
    return tokens != null;
  }

  /** The one who asks, or a stage that failed with {@link Refused}. */
  CompletionStage<Caller> admit(HttpRequest request) {
    Tokens known = tokens;
    if (known == null) {
      refuseForeignPages(request);
      return CompletableFuture.completedFuture(Caller.LOCAL);
    }
    String secret = secret(request);
    return knownAs(known, secret);
  }

  /** Whose a secret is that came by another way than a header: a stage that fails as above. */
  CompletionStage<Caller> admit(HttpRequest request, String secret) {
    refuseForeignOrigins(request);
    Tokens known = tokens;
    return known == null ? CompletableFuture.completedFuture(Caller.LOCAL) : knownAs(known, secret);
  }

  private CompletionStage<Caller> knownAs(Tokens known, String secret) {
    return CompletableFuture.supplyAsync(() -> known.find(secret), files)
        .thenApply(
            caller ->
                caller.orElseThrow(
                    () -> unauthorized("this token is not known here; ask for one that is")));
  }

  private static String secret(HttpRequest request) {
    Optional<String> inHeader = header(request, "authorization");
    if (inHeader.isEmpty()) {
      return ofSession(request);
    }
    String header = inHeader.get();
    Matcher matcher = BEARER.matcher(header.strip());
    if (!matcher.matches()) {
      throw unauthorized("the header Authorization must be the word Bearer and a token");
    }
    return matcher.group(1);
  }

  /** Browsers send cookies with whatever any page asks for, so who asks matters here. */
  private static String ofSession(HttpRequest request) {
    String secret =
        SessionCookie.read(request)
            .orElseThrow(
                () -> unauthorized("a token is needed: send the header Authorization: Bearer …"));
    refuseForeignOrigins(request);
    boolean onlyLooks =
        request.method().equals(HttpMethods.GET) || request.method().equals(HttpMethods.HEAD);
    if (!onlyLooks && header(request, "origin").isEmpty()) {
      throw Refused.with(
          StatusCodes.FORBIDDEN,
          "a browser's session changes things from this server's own page only; programs send the"
              + " header Authorization: Bearer …");
    }
    return secret;
  }

  private static Refused unauthorized(String detail) {
    return Refused.with(StatusCodes.UNAUTHORIZED, detail);
  }

  private void refuseForeignPages(HttpRequest request) {
    String host = header(request, "host").orElse("").toLowerCase(Locale.ROOT);
    if (onLoopback && !LOOPBACK.matcher(withoutPort(host)).matches()) {
      throw Refused.with(
          StatusCodes.FORBIDDEN,
          "this server answers to localhost only, not to host \"" + host + "\"");
    }
    refuseForeignOrigins(request);
  }

  private static void refuseForeignOrigins(HttpRequest request) {
    String host = header(request, "host").orElse("").toLowerCase(Locale.ROOT);
    Optional<String> origin = header(request, "origin");
    if (origin.isPresent() && !isOf(origin.get(), host)) {
      throw Refused.with(
          StatusCodes.FORBIDDEN,
          "pages of other sites may not use this server, and origin \""
              + origin.get()
              + "\" is one");
    }
    // Pictures and links are fetched without an origin.
    String site = header(request, "sec-fetch-site").orElse("none");
    if (!site.equals("none") && !site.equals("same-origin")) {
      throw Refused.with(
          StatusCodes.FORBIDDEN,
          "pages of other sites may not use this server, and this request is " + site);
    }
  }

  private static boolean isOf(String origin, String host) {
    String place = origin.toLowerCase(Locale.ROOT);
    return place.equals("http://" + host) || place.equals("https://" + host);
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":\\d{1,5}$", "");
  }

  private static Optional<String> header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }
}
