/**
 * How people sign in with an OpenID Connect provider, in this coordinator's own words; the protocol
 * itself is {@code signin.oidc}'s. Read {@link demofusion.coordinator.http.signin.SignIn} first.
 */
@NullMarked
package demofusion.coordinator.http.signin;

import org.jspecify.annotations.NullMarked;
