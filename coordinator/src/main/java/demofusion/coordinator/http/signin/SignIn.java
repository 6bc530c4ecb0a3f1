package demofusion.coordinator.http.signin;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.auth.PersonSessions;
import demofusion.coordinator.http.auth.SessionCookie;
import demofusion.coordinator.http.auth.SignInOffer;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.PersonName;
import demofusion.protocol.api.Role;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Signs people in with a provider, and out again.
 *
 * <pre>
 * browser ── session/oidc ──▶ begin ── state, nonce, PKCE ──▶ provider
 *                                                               │ name and password are its business
 * browser ◀── cookie ── finish ◀── code, state ── browser ◀─────┘
 *                         └── code ──▶ provider ── ID token ──▶ name, groups ──▶ role, session
 * </pre>
 *
 * Where a browser goes in the end is an address of this server's page and of nobody else's.
 */
public final class SignIn implements SignInOffer {
  static final String PATH = "/session/oidc";
  static final String CALLBACK = PATH + "/callback";

  private static final String NOT_BEGUN =
      "This sign-in was not begun in this browser, was begun more than %s minutes ago, or has been"
          + " used already; begin it again.";

  private final OidcSettings settings;
  private final IdentityProvider identities;
  private final PersonSessions sessions;
  private final PendingLogins logins;

  public SignIn(
      OidcSettings settings,
      IdentityProvider identities,
      PersonSessions sessions,
      InstantSource clock) {
    this.settings = settings;
    this.identities = identities;
    this.sessions = sessions;
    this.logins = new PendingLogins(clock);
  }

  /**
   * A sign-in that was begun.
   *
   * @param there where the browser goes
   * @param browser what it keeps until it is back
   */
  record Begun(URI there, String browser) {}

  /**
   * A sign-in that was finished.
   *
   * @param session what the browser keeps
   * @param returnTo part of the page's address, from the # on; or empty
   */
  record Finished(Caller caller, String shown, String session, String returnTo) {}

  @Override
  public String provider() {
    return settings.provider();
  }

  @Override
  public boolean isReachable() {
    return identities.isReachable();
  }

  /** By which browsers, and the provider, know this server. */
  PublicAddress address(Endpoint.Call call) {
    PublicAddress fixed = settings.publicUrl();
    return fixed == null ? call.address() : fixed;
  }

  /** Where the page is: with the host only where it may be another than the one that was asked. */
  String page(Endpoint.Call call) {
    PublicAddress fixed = settings.publicUrl();
    return fixed == null ? call.address().path("/") : fixed.url("/");
  }

  /**
   * @throws SignInException if the provider is not reachable
   */
  Begun begin(Endpoint.Call call, String returnTo) {
    if (!identities.isReachable()) {
      throw SignInException.unreachable(settings.provider());
    }
    PendingLogins.Beginning begun = logins.begin(URI.create(address(call).url(CALLBACK)), returnTo);
    return new Begun(identities.begin(begun.login()), begun.browser());
  }

  /**
   * @param answered what the provider sent the browser back with
   * @param browser what that kept
   * @return fails with {@link SignInException}
   */
  CompletionStage<Finished> finish(
      HttpRequest request, Endpoint.Call call, String state, String answered, String browser) {
    Optional<PendingLogin> login = logins.end(state, browser);
    return login
        .map(
            begun ->
                identities
                    .finish(begun, answered)
                    .thenApply(person -> finished(request, call, begun, person)))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    SignInException.refused(
                        NOT_BEGUN.formatted(PendingLogins.LONGEST.toMinutes()))));
  }

  private Finished finished(
      HttpRequest request, Endpoint.Call call, PendingLogin login, Person person) {
    String name;
    try {
      name = PersonName.of(person.name());
    } catch (DemofusionException e) {
      throw SignInException.refused("Signing in is not possible: " + e.userMessage() + ".", e);
    }
    Role role =
        settings
            .roles()
            .of(person.groups())
            .orElseThrow(
                () ->
                    SignInException.refused(
                        name
                            + " is in no group that has a role on this farm; ask its operator"
                            + " for one."));
    SessionCookie.readPerson(request, call.address()).ifPresent(sessions::end);
    Caller caller = new Caller(name, role);
    return new Finished(
        caller, person.shown(), sessions.begin(caller, person.idToken()), login.returnTo());
  }

  /**
   * Ends the session that a request's cookie names.
   *
   * @return where the browser has to go so that the provider forgets the person too, if it does
   */
  public Optional<URI> end(Endpoint.Call call) {
    return SessionCookie.readPerson(call.request(), call.address())
        .flatMap(sessions::end)
        .flatMap(session -> identities.end(session.idToken(), URI.create(address(call).url("/"))));
  }

  /** Whether cookies must never be sent in the clear. */
  boolean isSecure(Endpoint.Call call) {
    return call.address().isSecure() || address(call).isSecure();
  }

  /** Stops asking the provider. */
  public void close() {
    identities.close();
  }
}
