/**
 * Authentication: tokens, the page's session cookie, and what a caller may see. Read {@link
 * demofusion.coordinator.http.auth.Authenticator} first.
 */
@NullMarked
package demofusion.coordinator.http.auth;

import org.jspecify.annotations.NullMarked;
