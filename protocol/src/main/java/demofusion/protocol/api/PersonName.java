package demofusion.protocol.api;

import demofusion.protocol.DemofusionException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of people who sign in with an OpenID Connect provider: {@code oidc:} and what the provider
 * calls them. Owners of tokens have no colon in their names, so that neither can pass for the
 * other.
 */
public final class PersonName {
  public static final String PREFIX = "oidc:";

  private static final int LONGEST = 255;
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "[A-Za-z0-9._@+|~/:%-]{1," + LONGEST + "}");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._@+|~/:-]");

  private PersonName() {}

  static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether a name belongs to somebody who signs in, or would. */
  static boolean isMeantAsOne(String name) {
    return name.startsWith(PREFIX);
  }

  /**
   * The name of somebody. What cannot stand in a line of a tokens file is encoded as in URLs
   * ({@code %20}), so that different people have different names.
   *
   * @param claim what the provider calls them
   * @throws DemofusionException BAD_REQUEST if it is empty, or too long
   */
  public static String of(String claim) {
    StringBuilder name = new StringBuilder(PREFIX);
    claim
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(each -> name.append(PLAIN.matcher(each).matches() ? each : encoded(each)));
    String whole = name.toString();
    if (!isOne(whole)) {
      throw DemofusionException.badRequest(
          "the provider's name for somebody must have 1 to %s characters; this one has %s"
              .formatted(LONGEST, whole.length() - PREFIX.length()));
    }
    return whole;
  }

  private static String encoded(String character) {
    StringBuilder text = new StringBuilder();
    for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
      text.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
    }
    return text.toString();
  }
}
