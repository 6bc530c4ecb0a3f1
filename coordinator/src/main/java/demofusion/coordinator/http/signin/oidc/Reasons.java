package demofusion.coordinator.http.signin.oidc;

import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.oauth2.sdk.ParseException;
import demofusion.protocol.Excerpt;
import java.io.IOException;
import java.util.regex.Pattern;

/** What went wrong with a provider, for the log: no token, and nothing that could be one. */
final class Reasons {
  private static final int LONGEST = 200;

  /** Longer than any word; codes and tokens have no spaces. */
  private static final Pattern OPAQUE = Pattern.compile("[A-Za-z0-9_.~+/=%-]{40,}");

  private Reasons() {}

  static String of(Throwable cause) {
    boolean speaks =
        cause instanceof BadJOSEException
            || cause instanceof ParseException
            || cause instanceof IOException;
    String words = String.valueOf(cause.getMessage());
    String text = cause.getClass().getSimpleName() + (speaks ? ": " + words : "");
    return Excerpt.printable(OPAQUE.matcher(text).replaceAll("…"), LONGEST).replace('"', '\'');
  }
}
