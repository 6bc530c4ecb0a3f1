package demofusion.coordinator.http.signin;

import java.net.URI;

/**
 * A sign-in that the provider has not answered yet.
 *
 * @param state by which the provider's answer says which one it is
 * @param nonce that its ID token must have
 * @param verifier that shows who asked for the code (PKCE)
 * @param redirect where the provider sends the browser back to
 * @param returnTo part of the page's address that the browser came with, from the # on; or empty
 */
public record PendingLogin(
    String state, String nonce, String verifier, URI redirect, String returnTo) {
  /** Without anything secret. */
  @Override
  public String toString() {
    return "sign-in by way of " + redirect;
  }
}
