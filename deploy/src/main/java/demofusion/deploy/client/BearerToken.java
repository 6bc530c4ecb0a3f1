package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a client shows to be let in. It comes from a file or the environment, never from the command
 * line, which every user of a machine can read.
 */
public record BearerToken(String value) {
  private static final int LONGEST = 1024;

  /** A token's text, for its place in the sentence about what is wrong with it. */
  static BearerToken parse(String text, String where) {
    String token = text.strip();
    if (token.isEmpty()) {
      throw DemofusionException.badRequest(where + " contains no token: it is empty");
    }
    if (token.length() > LONGEST || !token.matches("[A-Za-z0-9._~+/=-]+")) {
      throw DemofusionException.badRequest(
          where
              + " contains no token: a token is a single line of at most "
              + LONGEST
              + " letters, digits and . _ ~ + / = -");
    }
    return new BearerToken(token);
  }

  /**
   * @throws DemofusionException BAD_REQUEST, which does not say what the file holds
   */
  public static BearerToken read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 2); // a line's end, and one too many
      return parse(new String(bytes, StandardCharsets.UTF_8), "the token file " + file);
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "the token file " + file + " cannot be read: " + SafeFile.reason(e));
    }
  }

  /** As the environment has it. */
  public static BearerToken ofEnvironment(String variable, String text) {
    return parse(text, "$" + variable);
  }

  String header() {
    return "Bearer " + value;
  }

  @Override
  public String toString() {
    return "a token";
  }
}
