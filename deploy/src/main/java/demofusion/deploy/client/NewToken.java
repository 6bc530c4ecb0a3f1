package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.usage.Allowance;
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
    return of(name, role, Allowance.USUAL, random);
  }

  /**
   * The same, whose owner may have so much.
   *
   * @throws DemofusionException BAD_REQUEST if its role submits no jobs
   */
  public static NewToken of(String name, Role role, Allowance allowance, RandomGenerator random) {
    if (!allowance.equals(Allowance.USUAL) && !role.includes(Role.SUBMIT)) {
      throw DemofusionException.badRequest(
          "a token with the role %s submits no jobs; give budgets and weights to one with submit or operate"
              .formatted(role));
    }
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new NewToken(TokenLine.of(name, role, secret, allowance), secret);
  }

  @Override
  public String toString() {
    return "token of " + line.name();
  }
}
