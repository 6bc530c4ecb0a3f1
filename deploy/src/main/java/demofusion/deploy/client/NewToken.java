package demofusion.deploy.client;

import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A token that was just made: the only time that its secret is anywhere.
 *
 * @param line what the coordinator's file says of it
 * @param secret what is shown to the coordinator
 */
public record NewToken(TokenLine line, String secret) {
  private static final int SECRET_BYTES = 32;

  /**
   * One that nobody can guess.
   *
   * @param name whose it is
   * @param random of the kind that is fit for secrets
   */
  public static NewToken of(String name, Role role, RandomGenerator random) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new NewToken(TokenLine.of(name, role, secret), secret);
  }

  @Override
  public String toString() {
    return "token of " + line.name();
  }
}
