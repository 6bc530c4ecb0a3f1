package demofusion.coordinator.http.auth;

import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.body.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
public final class Authenticator {
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([\\x21-\\x7e]{1,512})");
  private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]{1,2048}={0,2})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final @Nullable Tokens tokens;
  private final boolean onLoopback;
  private final TrustedProxies proxies;
  private final PersonSessions people;
  private final Executor files;

  /**
   * @param tokens null: none are asked for
   * @param onLoopback whether the server can be reached from this machine only
   * @param proxies whose word on a browser's address counts
   * @param people who signed in without a token
   * @param files threads that may wait for the tokens file
   */
  public Authenticator(
      @Nullable Tokens tokens,
      boolean onLoopback,
      TrustedProxies proxies,
      PersonSessions people,
      Executor files) {
    this.tokens = tokens;
    this.onLoopback = onLoopback;
    this.proxies = proxies;
    this.people = people;
    this.files = files;
  }

  public boolean hasTokens() {
    return tokens != null;
  }

  /** The one who asks, or a stage that failed with {@link ApiException}. */
  public CompletionStage<Caller> admit(HttpRequest request) {
    return admit(request, false);
  }

  /**
   * The same for the page's frame, which says nothing of the farm: links from elsewhere may lead
   * people to it who signed in with a provider, as the provider itself does.
   */
  public CompletionStage<Caller> admitToPage(HttpRequest request) {
    return admit(request, true);
  }

  private CompletionStage<Caller> admit(HttpRequest request, boolean isPage) {
    Tokens known = tokens;
    if (known == null) {
      refuseForeignPages(request);
      return CompletableFuture.completedFuture(Caller.LOCAL);
    }
    Optional<String> inHeader = header(request, "authorization");
    if (inHeader.isPresent()) {
      return knownAs(known, ofHeader(request, inHeader.get().strip()));
    }
    Optional<String> session =
        SessionCookie.readPerson(request, PublicAddress.of(request, proxies));
    if (session.isPresent()) {
      return CompletableFuture.completedFuture(ofPerson(request, session.get(), isPage));
    }
    return knownAs(known, ofSession(request));
  }

  /** Whose a secret is that came by another way than a header: a stage that fails as above. */
  public CompletionStage<Caller> admit(HttpRequest request, String secret) {
    refuseForeignOrigins(request);
    Tokens known = tokens;
    return known == null ? CompletableFuture.completedFuture(Caller.LOCAL) : knownAs(known, secret);
  }

  private CompletionStage<Caller> knownAs(Tokens known, String secret) {
    return CompletableFuture.supplyAsync(() -> known.find(secret), files)
        .thenApply(
            caller ->
                caller.orElseThrow(
                    () -> unauthorized("unknown token; ask the farm's operator for a valid one")));
  }

  private String ofHeader(HttpRequest request, String header) {
    Matcher basic = BASIC.matcher(header);
    if (basic.matches()) {
      refuseForeignOrigins(request);
      return password(basic.group(1));
    }
    Matcher bearer = BEARER.matcher(header);
    if (!bearer.matches()) {
      throw unauthorized(
          "the Authorization header must be Bearer followed by a token, or Basic with a token as"
              + " password");
    }
    return bearer.group(1);
  }

  /**
   * A token from where programs that know users and passwords only have room for it. Browsers send
   * it by themselves to whatever page asks, so who asks was looked at before.
   */
  private static String password(String credentials) {
    try {
      String both = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      String password = both.substring(colon + 1);
      // Of a client that has one field only, and puts it into an address.
      return password.isEmpty() ? both.substring(0, Math.max(0, colon)) : password;
    } catch (IllegalArgumentException e) {
      throw unauthorized("the Authorization header has no valid base64 after Basic");
    }
  }

  private String ofSession(HttpRequest request) {
    String secret =
        SessionCookie.read(request, PublicAddress.of(request, proxies))
            .orElseThrow(
                () -> unauthorized("a token is required: send it as Authorization: Bearer …"));
    requireOwnPage(request);
    return secret;
  }

  private Caller ofPerson(HttpRequest request, String session, boolean isPage) {
    if (!isPage || !isFollowedLink(request)) {
      requireOwnPage(request);
    }
    return people
        .find(session)
        .orElseThrow(() -> unauthorized("the session is over; sign in again"));
  }

  /** A whole window's own request, with nothing in it that another site's page wrote. */
  private static boolean isFollowedLink(HttpRequest request) {
    return request.method().equals(HttpMethods.GET)
        && header(request, "origin").isEmpty()
        && header(request, "sec-fetch-mode").orElse("").equals("navigate")
        && header(request, "sec-fetch-dest").orElse("").equals("document");
  }

  /** Browsers send cookies with whatever any page asks for, so who asks matters here. */
  private void requireOwnPage(HttpRequest request) {
    refuseForeignOrigins(request);
    boolean onlyLooks =
        request.method().equals(HttpMethods.GET) || request.method().equals(HttpMethods.HEAD);
    if (!onlyLooks && header(request, "origin").isEmpty()) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "a browser session can make changes only from this server's own page; programs must send"
              + " Authorization: Bearer …");
    }
  }

  private static ApiException unauthorized(String detail) {
    return ApiException.with(StatusCodes.UNAUTHORIZED, detail);
  }

  private void refuseForeignPages(HttpRequest request) {
    String host = header(request, "host").orElse("").toLowerCase(Locale.ROOT);
    if (onLoopback && !LOOPBACK.matcher(withoutPort(host)).matches()) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "this server answers only to localhost, not to host \"" + host + "\"");
    }
    refuseForeignOrigins(request);
  }

  private void refuseForeignOrigins(HttpRequest request) {
    String host = header(request, "host").orElse("").toLowerCase(Locale.ROOT);
    Optional<String> origin = header(request, "origin");
    // No page can send what proxies add without asking first, and nobody is allowed to.
    String publicHost = PublicAddress.of(request, proxies).authority();
    if (origin.isPresent() && !isOf(origin.get(), host) && !isOf(origin.get(), publicHost)) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "pages from other sites may not use this server: this request's origin is \""
              + origin.get()
              + "\"");
    }
    // Pictures and links are fetched without an origin.
    String site = header(request, "sec-fetch-site").orElse("none");
    if (!site.equals("none") && !site.equals("same-origin")) {
      throw ApiException.with(
          StatusCodes.FORBIDDEN,
          "pages from other sites may not use this server: this request is " + site);
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
