package demofusion.coordinator.http.auth;

import demofusion.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The sign-in page shown to a browser without a token. It reveals nothing about the farm, needs no
 * other file, and runs no script; with a provider one line, so that whoever followed a link to a
 * job is there again after the sign-in.
 */
public final class LoginForm {
  private static final String STYLE =
      """
      :root{color-scheme:light dark}
      body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;\
      place-items:center;background:Canvas;color:CanvasText}
      form{width:min(20rem,90vw);display:grid;gap:.75rem}
      h1{font-size:1.25rem;font-weight:600;margin:0}
      p{margin:0}
      input,button,a{font:inherit;padding:.6rem .75rem;border-radius:.5rem;border:1px solid GrayText}
      button,a{background:#2f6f5e;color:#fff;border-color:#2f6f5e;cursor:pointer}
      a{text-align:center;text-decoration:none;overflow-wrap:anywhere}
      """;

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <meta name="robots" content="noindex">
      <title>demofusion</title>
      <style>%s</style>
      <form method="post" action="%ssession">
      <h1>demofusion</h1>
      <p role="status">%s</p>
      %s<label for="token">Token</label>
      <input id="token" name="token" type="password" required autofocus \
      autocomplete="current-password">
      <button>Sign in</button>
      </form>
      %s</html>
      """;

  /** Takes the part of the address after #, which no server ever sees, to the sign-in. */
  private static final String SCRIPT =
      "if(location.hash)document.querySelector('a').search="
          + "'to='+encodeURIComponent(location.hash)";

  private static final String LINK = "<a href=\"%ssession/oidc\">Sign in with %s</a>\n";

  private static final String UNREACHABLE =
      """
      <p>The coordinator cannot reach the provider %s at present, so nobody can sign in with it; the
      coordinator keeps trying, and its log says why. Reload this page later, or use a token.</p>
      """;

  private final SignInOffer offer;

  /**
   * @param offer another way than a token
   */
  public LoginForm(SignInOffer offer) {
    this.offer = offer;
  }

  /** In place of the page, or of what a form on it was answered with. */
  public HttpResponse response(String sentence) {
    return response(StatusCodes.UNAUTHORIZED, sentence, "");
  }

  /**
   * The same at another address.
   *
   * @param up from there to the page's: {@code ../} for each level
   */
  public HttpResponse response(StatusCode status, String sentence, String up) {
    boolean isOffered = !offer.provider().isEmpty();
    boolean isLinked = isOffered && offer.isReachable();
    String provider = escaped(offer.provider());
    String other = isLinked ? LINK.formatted(up, provider) : UNREACHABLE.formatted(provider);
    String script = isLinked ? "<script>" + SCRIPT + "</script>\n" : "";
    String page = PAGE.formatted(STYLE, up, escaped(sentence), isOffered ? other : "", script);
    return HttpResponse.create()
        .withStatus(status)
        .withHeaders(headers(status, isLinked))
        .withEntity(
            HttpEntities.create(
                ContentTypes.TEXT_HTML_UTF8, page.getBytes(StandardCharsets.UTF_8)));
  }

  /** What stands where nobody has tried anything yet. */
  public String invitation() {
    return !offer.provider().isEmpty() && offer.isReachable()
        ? "Sign in with your account, or with an access token."
        : "Sign in with an access token.";
  }

  private static List<HttpHeader> headers(StatusCode status, boolean hasScript) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(RawHeader.create("Cache-Control", "no-store"));
    // Without any referrer the form would come from the origin "null", which is nobody's.
    headers.add(RawHeader.create("Referrer-Policy", "same-origin"));
    headers.add(
        RawHeader.create(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'sha256-"
                + hash(STYLE)
                + (hasScript ? "'; script-src 'sha256-" + hash(SCRIPT) : "")
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    if (status.equals(StatusCodes.UNAUTHORIZED)) {
      headers.add(RawHeader.create("WWW-Authenticate", "Bearer"));
    }
    return headers;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String hash(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
  }
}
