package demofusion.coordinator.http.signin.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.coordinator.http.signin.Person;
import demofusion.coordinator.http.signin.SignInException;
import java.net.URL;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ID tokens of a provider, believed as OpenID Connect Core 1.0, section 3.1.3.7, says: signed with
 * one of its keys, which are asked for again when it has others; made by it, for this client, for
 * this sign-in, and not over.
 */
final class IdTokens {
  /** By a key that only the provider has: no shared secret can pass for one, and none is no way. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final int MOST_SKEW_SECONDS = 60;
  private static final String EMAIL = "email";
  private static final String EMAIL_VERIFIED = "email_verified";
  private static final String SHOWN = "preferred_username";

  private final OidcSettings settings;
  private final IDTokenValidator validator;

  /**
   * @param keys where the provider has them
   * @param web asks for them
   */
  IdTokens(OidcSettings settings, URL keys, ResourceRetriever web) {
    this.settings = settings;
    JWKSource<SecurityContext> source =
        JWKSourceBuilder.create(keys, web).refreshAheadCache(false).retrying(true).build();
    this.validator =
        new IDTokenValidator(
            new Issuer(settings.issuer()),
            new ClientID(settings.client()),
            new JWSVerificationKeySelector<>(ALGORITHMS, source),
            null);
    validator.setMaxClockSkew(MOST_SKEW_SECONDS);
  }

  /**
   * Whom a token is about; may wait for the provider.
   *
   * @param nonce of the sign-in that it answers
   * @throws SignInException if it is not to be believed, or names nobody
   */
  Person person(JWT token, Nonce nonce) {
    if (!(token instanceof SignedJWT)) {
      throw SignInException.refused("The provider's ID token is not signed.");
    }
    IDTokenClaimsSet claims;
    try {
      claims = validator.validate(token, nonce);
    } catch (KeySourceException e) {
      throw SignInException.unreachable(settings.provider(), e);
    } catch (BadJOSEException | JOSEException e) {
      throw SignInException.refused(
          "The provider's ID token is not to be believed; the coordinator's log says why.", e);
    }
    requireMadeForThisClient(claims);
    Map<String, Object> all = claims.toJSONObject();
    String name =
        text(all, settings.userClaim())
            .orElseThrow(
                () ->
                    SignInException.refused(
                        "The provider does not say your name: its ID token has no %s%s."
                            .formatted(
                                settings.userClaim(),
                                settings.userClaim().equals(EMAIL) ? " that is verified" : "")));
    return new Person(
        name, text(all, SHOWN).orElse(""), groups(all, settings.groupsClaim()), token.serialize());
  }

  /** Its audience is checked already; of several it is the one that asked for it. */
  private void requireMadeForThisClient(IDTokenClaimsSet claims) {
    AuthorizedParty party = claims.getAuthorizedParty();
    boolean isForOthersToo = claims.getAudience().size() > 1;
    if (party == null ? isForOthersToo : !party.getValue().equals(settings.client())) {
      throw SignInException.refused("The provider's ID token was made for another client.");
    }
  }

  private static Optional<String> text(Map<String, Object> claims, String name) {
    return find(claims, name) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Set<String> groups(Map<String, Object> claims, String name) {
    Object value = find(claims, name);
    Set<String> groups = new LinkedHashSet<>();
    if (value instanceof Collection<?> several) {
      several.forEach(each -> groups.add(String.valueOf(each)));
    } else if (value instanceof String one) {
      groups.add(one);
    }
    return groups;
  }

  /**
   * A claim of that name, or what lies there: {@code realm_access.roles} is the roles in
   * realm_access. An address of mail that the provider has not verified could be anybody's, and is
   * as if it were not there.
   */
  private static @Nullable Object find(Map<String, Object> claims, String name) {
    if (name.equals(EMAIL) && !Boolean.TRUE.equals(claims.get(EMAIL_VERIFIED))) {
      return null;
    }
    if (claims.containsKey(name)) {
      return claims.get(name);
    }
    Object inner = claims;
    for (String part : name.split("\\.", -1)) {
      inner = inner instanceof Map<?, ?> object ? object.get(part) : null;
    }
    return inner;
  }
}
