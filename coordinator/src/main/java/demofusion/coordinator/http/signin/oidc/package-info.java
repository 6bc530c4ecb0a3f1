/**
 * OpenID Connect: the one package that knows Nimbus' library, none of which is loaded unless an
 * operator names a provider. Read {@link demofusion.coordinator.http.signin.oidc.OidcProvider}
 * first.
 */
@NullMarked
package demofusion.coordinator.http.signin.oidc;

import org.jspecify.annotations.NullMarked;
