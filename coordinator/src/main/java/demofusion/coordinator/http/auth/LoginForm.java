package demofusion.coordinator.http.auth;

import demofusion.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The sign-in page shown to a browser without a token. It reveals nothing about the farm, needs no
 * other file, and runs no script.
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
      input,button{font:inherit;padding:.6rem .75rem;border-radius:.5rem;border:1px solid GrayText}
      button{background:#2f6f5e;color:#fff;border-color:#2f6f5e;cursor:pointer}
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
      <form method="post" action="session">
      <h1>demofusion</h1>
      <p role="status">%s</p>
      <label for="token">Token</label>
      <input id="token" name="token" type="password" required autofocus \
      autocomplete="current-password">
      <button>Sign in</button>
      </form>
      </html>
      """;

  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("WWW-Authenticate", "Bearer"),
          // Without any referrer the form would come from the origin "null", which is nobody's.
          RawHeader.create("Referrer-Policy", "same-origin"),
          RawHeader.create(
              "Content-Security-Policy",
              "default-src 'none'; style-src 'sha256-"
                  + hash(STYLE)
                  + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));

  private LoginForm() {}

  /**
   * @param sentence of this class's callers; nothing that came from outside
   */
  public static HttpResponse response(String sentence) {
    return HttpResponse.create()
        .withStatus(StatusCodes.UNAUTHORIZED)
        .withHeaders(HEADERS)
        .withEntity(
            HttpEntities.create(
                ContentTypes.TEXT_HTML_UTF8,
                PAGE.formatted(STYLE, sentence).getBytes(StandardCharsets.UTF_8)));
  }

  private static String hash(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
  }
}
