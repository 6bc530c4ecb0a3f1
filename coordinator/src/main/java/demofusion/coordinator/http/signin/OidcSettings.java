package demofusion.coordinator.http.signin;

import demofusion.coordinator.http.address.PublicAddress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The provider that people sign in with, and who may do what.
 *
 * @param issuer its name for itself, as it stands in its configuration and in all ID tokens
 * @param client this farm's name at the provider
 * @param secretFile file with the client's secret; null: it is a public client
 * @param groupsClaim where an ID token has somebody's groups
 * @param userClaim where it has somebody's name
 * @param roles of the groups
 * @param scopes that are asked for, openid among them
 * @param publicUrl where browsers find this server; null: where each request says that it did
 */
public record OidcSettings(
    URI issuer,
    String client,
    @Nullable Path secretFile,
    String groupsClaim,
    String userClaim,
    GroupRoles roles,
    List<String> scopes,
    @Nullable PublicAddress publicUrl) {
  /** Where the claims of an ID token have what no one may call somebody else. */
  public static final String SUBJECT = "sub";

  /** Some hundreds of bytes; whoever names another file by mistake is told so. */
  private static final long LARGEST_SECRET = 4096;

  private static final String OPENID = "openid";
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
  private static final Pattern PREFIX =
      Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){0,16}");

  public OidcSettings {
    scopes = List.copyOf(scopes);
  }

  /**
   * The provider's name for itself.
   *
   * @param setting for people
   * @throws DemofusionException BAD_REQUEST if it cannot be
   */
  public static URI issuer(String setting, String text) {
    URI uri = web(text).orElse(null);
    if (uri == null || !(isEncrypted(uri) || isHere(uri))) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be the issuer of an OpenID Connect provider, https://HOST[/PATH] (http only on this machine): without TLS anybody on the way could sign in"
              .formatted(setting, text));
    }
    return uri;
  }

  /**
   * An address of this server.
   *
   * @param setting for people
   * @throws DemofusionException BAD_REQUEST if it cannot be
   */
  public static PublicAddress publicUrl(String setting, String text) {
    URI uri = web(text.replaceFirst("/+$", "")).orElse(null);
    if (uri == null || !PREFIX.matcher(uri.getRawPath()).matches()) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be where browsers find the page, http://HOST[:PORT][/PATH] or https://…, with a path of letters, digits, dots, dashes and underscores"
              .formatted(setting, text));
    }
    return new PublicAddress(uri.getScheme(), uri.getRawAuthority(), uri.getRawPath());
  }

  /**
   * What is asked for.
   *
   * @param setting for people
   * @param text scopes with spaces between them
   * @throws DemofusionException BAD_REQUEST if it has none that could be
   */
  public static List<String> scopes(String setting, String text) {
    List<String> scopes = List.of(text.strip().split("\\s+", -1));
    if (!scopes.contains(OPENID) || !scopes.stream().allMatch(SCOPE.asMatchPredicate())) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be scopes with spaces between them, openid among them: without it the provider says nobody's name"
              .formatted(setting, text));
    }
    return scopes;
  }

  private static Optional<URI> web(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    boolean isPlain =
        uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
    return Optional.of(uri).filter(any -> isWeb && isPlain && any.getHost() != null);
  }

  /** Whether nobody on the way can read, or change, what is said there. */
  public static boolean isEncrypted(URI uri) {
    return "https".equals(uri.getScheme());
  }

  private static boolean isHere(URI uri) {
    return LOOPBACK.matcher(uri.getHost()).matches();
  }

  /** Whether something may be asked there: nothing in the clear, unless the issuer is here. */
  public boolean trusts(URI uri) {
    return isEncrypted(uri) || ("http".equals(uri.getScheme()) && !isEncrypted(issuer));
  }

  /** For people. */
  public String provider() {
    return issuer.getRawAuthority();
  }

  /**
   * Refuses a file without a secret, before anything is started.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public OidcSettings checked() {
    if (secretFile != null) {
      try {
        secret();
      } catch (IOException e) {
        throw DemofusionException.badRequest(
            "the file with the client's secret, %s, cannot be used: %s"
                .formatted(secretFile, SafeFile.reason(e)));
      }
    }
    return this;
  }

  /**
   * The client's secret, as the file has it at this moment; empty: it has none. May wait for a
   * disk.
   */
  public Optional<String> secret() throws IOException {
    if (secretFile == null) {
      return Optional.empty();
    }
    if (Files.size(secretFile) > LARGEST_SECRET) {
      throw new IOException("it has more than " + LARGEST_SECRET + " bytes");
    }
    String text = Files.readString(secretFile).strip();
    if (text.isEmpty()) {
      throw new IOException("it is empty");
    }
    return Optional.of(text);
  }
}
