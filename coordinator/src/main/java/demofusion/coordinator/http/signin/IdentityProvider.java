package demofusion.coordinator.http.signin;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Who knows people, as this server asks it. */
public interface IdentityProvider {
  /** Whether it has said how it is to be asked. */
  boolean isReachable();

  /**
   * Where a browser is sent so that somebody signs in.
   *
   * @throws SignInException if it is not reachable
   */
  URI begin(PendingLogin login);

  /**
   * Who signed in.
   *
   * @param answered what the provider sent the browser back with: the query of that address
   * @return fails with {@link SignInException}
   */
  CompletionStage<Person> finish(PendingLogin login, String answered);

  /**
   * Where a browser is sent so that the provider forgets somebody too.
   *
   * @param idToken by which it knows whom
   * @param back where it sends the browser then
   * @return empty if the provider has no such place
   */
  Optional<URI> end(String idToken, URI back);

  /** Stops asking for it. */
  void close();
}
