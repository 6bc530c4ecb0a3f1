package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A token that was just made: the only time that its secret is anywhere.
 *
 * @param name whose it is
 * @param secret what is shown to the coordinator
 */
public record NewToken(String name, String role, String secret) {
  private static final List<String> ROLES = List.of("view", "submit", "operate");
  private static final int SECRET_BYTES = 32;

  public NewToken {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")) {
      throw DemofusionException.badRequest(
          "the token's name \""
              + name
              + "\" must be 1 to 64 letters, digits and . _ @ -, a letter or digit first");
    }
    if (!ROLES.contains(role)) {
      throw DemofusionException.badRequest("role \"" + role + "\" must be view, submit or operate");
    }
  }

  /** One that nobody can guess. */
  public static NewToken of(String name, String role, RandomGenerator random) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return new NewToken(name, role, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What the coordinator's file says of it. */
  String line() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return name + " " + role + " " + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "token of " + name;
  }
}
