package demofusion.coordinator.http.signin.oidc;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import demofusion.coordinator.http.signin.IdentityProvider;
import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.coordinator.http.signin.PendingLogin;
import demofusion.coordinator.http.signin.Person;
import demofusion.coordinator.http.signin.SignInException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.LogThrottle;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorisation code flow of OpenID Connect Core 1.0, section 3.1, with PKCE (RFC 7636, S256)
 * and the issuer of the answer (RFC 9207). Of what the provider gives only the ID token is kept;
 * nobody's access token is used for anything.
 *
 * <p>Everything that waits for the provider does so on threads of its own, and for so long: a
 * provider that is slow or away keeps nobody waiting but those who want to sign in.
 */
public final class OidcProvider implements IdentityProvider {
  private static final Logger LOG = LoggerFactory.getLogger(OidcProvider.class);

  /** For one connection, and for each answer to begin or go on. */
  static final int CONNECT_MILLIS = 5_000;

  static final int READ_MILLIS = 5_000;

  /** For a whole sign-in, which asks the provider for a token and perhaps for its keys. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int LONGEST_CODE = 40;

  private final OidcSettings settings;
  private final Executor threads;
  private final Discovery discovery;
  private final LogThrottle throttle = new LogThrottle();

  private OidcProvider(OidcSettings settings, Executor threads, Discovery discovery) {
    this.settings = settings;
    this.threads = threads;
    this.discovery = discovery;
  }

  /**
   * Begins to ask the provider how it is to be asked, and comes back at once.
   *
   * @param threads that may wait for it
   */
  public static OidcProvider start(OidcSettings settings, ActorSystem<?> system, Executor threads) {
    Discovery discovery = new Discovery(settings, system, threads);
    discovery.begin();
    return new OidcProvider(settings, threads, discovery);
  }

  @Override
  public boolean isReachable() {
    return discovery.found().isPresent();
  }

  private Discovery.Found found() {
    return discovery.found().orElseThrow(() -> SignInException.unreachable(settings.provider()));
  }

  @Override
  public URI begin(PendingLogin login) {
    return new AuthenticationRequest.Builder(
            ResponseType.CODE,
            new Scope(settings.scopes().toArray(String[]::new)),
            new ClientID(settings.client()),
            login.redirect())
        .endpointURI(found().metadata().getAuthorizationEndpointURI())
        .state(new State(login.state()))
        .nonce(new Nonce(login.nonce()))
        .codeChallenge(new CodeVerifier(login.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  @Override
  public CompletionStage<Person> finish(PendingLogin login, String answered) {
    try {
      Discovery.Found provider = found();
      AuthorizationCode code = code(provider.metadata(), login, answered);
      return CompletableFuture.supplyAsync(() -> person(provider, login, code), threads)
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .handle((person, failure) -> failure == null ? person : fail(failure));
    } catch (SignInException e) {
      return CompletableFuture.failedFuture(said(e));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          said(SignInException.unreachable(settings.provider(), e)));
    }
  }

  private Person fail(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof SignInException known) {
      throw said(known);
    }
    if (cause instanceof TimeoutException) {
      throw said(SignInException.unreachable(settings.provider(), cause));
    }
    throw new CompletionException(cause);
  }

  /** The code that a browser brings, if it is the provider's answer to this sign-in. */
  private AuthorizationCode code(
      OIDCProviderMetadata metadata, PendingLogin login, String answered) {
    AuthenticationResponse response;
    try {
      response =
          AuthenticationResponseParser.parse(login.redirect(), URLUtils.parseParameters(answered));
    } catch (ParseException | IllegalArgumentException e) {
      throw SignInException.refused("The provider's answer is none that could be read.", e);
    }
    boolean namesItself = response.getIssuer() != null;
    if ((namesItself || metadata.supportsAuthorizationResponseIssuerParam())
        && !metadata.getIssuer().equals(response.getIssuer())) {
      throw SignInException.refused(
          "This answer to the sign-in came from another provider than "
              + settings.provider()
              + ".");
    }
    if (!new State(login.state()).equals(response.getState())) {
      throw SignInException.refused("The provider's answer is to another sign-in.");
    }
    if (!response.indicatesSuccess()) {
      throw SignInException.refused(
          "The provider did not sign you in: "
              + Excerpt.of(
                  plain(response.toErrorResponse().getErrorObject().getCode()), LONGEST_CODE)
              + ".");
    }
    AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
    if (code == null) {
      throw SignInException.refused("The provider's answer has no code.");
    }
    return code;
  }

  /** An error's code as RFC 6749 has them, of whatever was given for one. */
  private static String plain(String code) {
    return code == null ? "no reason given" : code.replaceAll("[^A-Za-z0-9_.-]", "?");
  }

  private Person person(Discovery.Found provider, PendingLogin login, AuthorizationCode code) {
    try {
      HTTPRequest request =
          tokenRequest(
                  provider.metadata(),
                  new AuthorizationCodeGrant(
                      code, login.redirect(), new CodeVerifier(login.verifier())))
              .toHTTPRequest();
      request.setConnectTimeout(CONNECT_MILLIS);
      request.setReadTimeout(READ_MILLIS);
      request.setFollowRedirects(false);
      TokenResponse response = OIDCTokenResponseParser.parse(request.send());
      if (!response.indicatesSuccess()) {
        String reason = plain(response.toErrorResponse().getErrorObject().getCode());
        throw SignInException.refused(
            "The provider did not accept the sign-in: " + Excerpt.of(reason, LONGEST_CODE) + ".");
      }
      OIDCTokenResponse tokens = (OIDCTokenResponse) response.toSuccessResponse();
      JWT idToken = tokens.getOIDCTokens().getIDToken();
      return provider.idTokens().person(idToken, new Nonce(login.nonce()));
    } catch (ParseException | IllegalArgumentException e) {
      throw SignInException.refused("The provider's answer has no ID token that could be read.", e);
    } catch (IOException e) {
      throw SignInException.unreachable(settings.provider(), e);
    }
  }

  private TokenRequest tokenRequest(OIDCProviderMetadata metadata, AuthorizationCodeGrant grant)
      throws IOException {
    ClientID client = new ClientID(settings.client());
    Optional<String> secret = settings.secret();
    if (secret.isEmpty()) {
      return new TokenRequest.Builder(metadata.getTokenEndpointURI(), client, grant).build();
    }
    List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
    boolean takesOnlyPost =
        methods != null
            && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
            && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    Secret word = new Secret(secret.get());
    return new TokenRequest.Builder(
            metadata.getTokenEndpointURI(),
            takesOnlyPost
                ? new ClientSecretPost(client, word)
                : new ClientSecretBasic(client, word),
            grant)
        .build();
  }

  @Override
  public Optional<URI> end(String idToken, URI back) {
    return discovery
        .found()
        .map(provider -> provider.metadata().getEndSessionEndpointURI())
        .map(
            place -> {
              try {
                return new LogoutRequest(
                        place,
                        JWTParser.parse(idToken),
                        null,
                        new ClientID(settings.client()),
                        back,
                        null,
                        null)
                    .toURI();
              } catch (java.text.ParseException e) {
                throw new IllegalStateException("it was read before", e);
              }
            });
  }

  @Override
  public void close() {
    discovery.close();
  }

  /** Puts the cause into the log, which the person is not told; codes and tokens are in neither. */
  private synchronized SignInException said(SignInException e) {
    OptionalLong leftOut = throttle.pass("sign-in-failed", System.nanoTime());
    if (leftOut.isPresent()) {
      Throwable cause = e.getCause();
      LOG.warn(
          "event=sign-in-failed provider={} sentence=\"{}\" reason=\"{}\" left-out={}",
          settings.provider(),
          e.sentence(),
          cause == null ? "" : Reasons.of(cause),
          leftOut.getAsLong());
    }
    return e;
  }
}
