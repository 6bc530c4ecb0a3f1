package demofusion.protocol.api;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One line of a tokens file: {@code NAME ROLE SHA256-HEX}. The secret itself is in no file. A name
 * may have several lines: someone's dashboard looks at the jobs that the same one's script submits.
 *
 * @param name owner of the jobs that are submitted with it
 * @param sha256 of the secret's bytes in UTF-8, hexadecimal, in lower case
 */
public record TokenLine(String name, Role role, String sha256) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public TokenLine {
    if (!NAME.matcher(name).matches()) {
      throw DemofusionException.badRequest(
          "token name \""
              + name
              + "\" must be 1 to 64 letters, digits, dots, dashes, underscores or @");
    }
    if (!SHA256.matcher(sha256).matches()) {
      throw DemofusionException.badRequest(
          "the hash of token " + name + " must be 64 hexadecimal digits, as sha256sum prints them");
    }
  }

  /** The line of a new token. */
  public static TokenLine of(String name, Role role, String secret) {
    return new TokenLine(name, role, HexFormat.of().formatHex(hash(secret)));
  }

  /**
   * @param line neither empty nor a comment
   * @throws DemofusionException BAD_REQUEST; its sentence does not quote the line, which may hold a
   *     secret by mistake
   */
  public static TokenLine parse(String line) {
    List<String> words = List.of(line.strip().split("\\s+", -1));
    if (words.size() != 3) {
      throw DemofusionException.badRequest(
          "a token line is NAME ROLE SHA256, three words; this one has " + words.size());
    }
    return new TokenLine(words.get(0), Role.parse(words.get(1)), words.get(2));
  }

  /** In the same time whether or not it is this one. */
  public boolean isOf(byte[] secretHash) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), secretHash);
  }

  public static byte[] hash(String secret) {
    return Sha256.of(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** As it stands in the file. */
  @Override
  public String toString() {
    return name + " " + role + " " + sha256;
  }
}
