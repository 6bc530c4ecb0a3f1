package demofusion.protocol.api;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of a tokens file: {@code NAME ROLE SHA256-HEX}, after which {@code budget=40h/month},
 * {@code over-budget=wait} and {@code weight=2} may stand. The secret itself is in no file. A name
 * may have several lines: someone's dashboard looks at the jobs that the same one's script submits.
 * Somebody who signs in with a provider has a line only for the sake of those words: {@code
 * oidc:NAME - - weight=2}.
 *
 * @param name owner of the jobs that are submitted with it
 * @param role null: the provider's groups say it
 * @param sha256 of the secret's bytes in UTF-8, hexadecimal, in lower case; null: there is none,
 *     and the line lets nobody in
 * @param allowance of the owner
 */
public record TokenLine(
    String name, @Nullable Role role, @Nullable String sha256, Allowance allowance) {
  private static final String NONE = "-";
  private static final String BUDGET = "budget=";
  private static final String OVER_BUDGET = "over-budget=";
  private static final String WEIGHT = "weight=";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public TokenLine {
    if (PersonName.isMeantAsOne(name)) {
      requirePerson(name, role, sha256);
    } else {
      requireToken(name, role, sha256);
    }
  }

  private static void requirePerson(String name, @Nullable Role role, @Nullable String sha256) {
    if (!PersonName.isOne(name)) {
      throw DemofusionException.badRequest(
          "name \""
              + name
              + "\" must be oidc: and 1 to 255 characters as in URLs; demofusion audit shows people's"
              + " names");
    }
    if (role != null || sha256 != null) {
      throw DemofusionException.badRequest(
          name
              + " signs in with a provider, which says the role: write \""
              + name
              + " - - budget=40h/month\"");
    }
  }

  private static void requireToken(String name, @Nullable Role role, @Nullable String sha256) {
    if (!NAME.matcher(name).matches()) {
      throw DemofusionException.badRequest(
          "token name \""
              + name
              + "\" must be 1 to 64 letters, digits, dots, dashes, underscores or @");
    }
    if (role == null || sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw DemofusionException.badRequest(
          "the hash of token " + name + " must be 64 hexadecimal digits, as sha256sum prints them");
    }
  }

  public TokenLine(String name, Role role, String sha256) {
    this(name, role, sha256, Allowance.USUAL);
  }

  /** The line of a new token. */
  public static TokenLine of(String name, Role role, String secret) {
    return of(name, role, secret, Allowance.USUAL);
  }

  /** The line of a new token, whose owner may have so much. */
  public static TokenLine of(String name, Role role, String secret, Allowance allowance) {
    return new TokenLine(name, role, HexFormat.of().formatHex(hash(secret)), allowance);
  }

  /**
   * @param line neither empty nor a comment
   * @throws DemofusionException BAD_REQUEST; its sentence does not quote the line, which may hold a
   *     secret by mistake
   */
  public static TokenLine parse(String line) {
    List<String> words = List.of(line.strip().split("\\s+", -1));
    List<String> more = words.subList(Math.min(3, words.size()), words.size());
    if (words.size() < 3 || more.stream().anyMatch(word -> key(word).isEmpty())) {
      throw DemofusionException.badRequest(
          ("a token line is NAME ROLE SHA256, three words; this one has %s (after them only"
                  + " budget=40h/month, over-budget=refuse, wait or warn, and weight=1 may stand)")
              .formatted(words.size()));
    }
    boolean isPerson = PersonName.isMeantAsOne(words.get(0));
    return new TokenLine(
        words.get(0),
        isPerson && words.get(1).equals(NONE) ? null : Role.parse(words.get(1)),
        isPerson && words.get(2).equals(NONE) ? null : words.get(2),
        allowance(more));
  }

  private static String key(String word) {
    return Stream.of(BUDGET, OVER_BUDGET, WEIGHT).filter(word::startsWith).findFirst().orElse("");
  }

  private static Allowance allowance(List<String> words) {
    @Nullable Budget budget = null;
    OverBudget overBudget = OverBudget.REFUSE;
    BigDecimal weight = BigDecimal.ONE;
    Set<String> given = new HashSet<>();
    for (String word : words) {
      String key = key(word);
      if (!given.add(key)) {
        throw DemofusionException.badRequest(
            "a token line may have only one " + key.replace("=", "") + "; remove the others");
      }
      String value = word.substring(key.length());
      switch (key) {
        case BUDGET -> budget = Budget.parse(value);
        case OVER_BUDGET -> overBudget = OverBudget.parse(value);
        default -> weight = weight(value);
      }
    }
    return new Allowance(budget, overBudget, weight);
  }

  private static BigDecimal weight(String text) {
    if (!text.matches("\\d{1,4}(\\.\\d{1,4})?")) {
      throw DemofusionException.badRequest(
          "a token's weight must be a number between 0.01 and 100; 1 is the usual share");
    }
    return new BigDecimal(text);
  }

  /** Whether it lets anybody in. */
  public boolean isToken() {
    return sha256 != null;
  }

  /** In the same time whether or not it is this one. */
  public boolean isOf(byte[] secretHash) {
    return sha256 != null && MessageDigest.isEqual(HexFormat.of().parseHex(sha256), secretHash);
  }

  public static byte[] hash(String secret) {
    return Sha256.of(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** As it stands in the file. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(name);
    line.append(' ').append(role == null ? NONE : role);
    line.append(' ').append(sha256 == null ? NONE : sha256);
    if (allowance.budget() != null) {
      line.append(" " + BUDGET).append(allowance.budget());
      line.append(" " + OVER_BUDGET).append(allowance.overBudget());
    }
    if (allowance.weight().compareTo(BigDecimal.ONE) != 0) {
      line.append(" " + WEIGHT).append(allowance.weight().toPlainString());
    }
    return line.toString();
  }
}
