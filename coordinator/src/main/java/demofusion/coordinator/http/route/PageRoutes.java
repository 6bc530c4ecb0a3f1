package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.conditional;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
import static org.apache.pekko.http.javadsl.server.Directives.onComplete;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.auth.LoginForm;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.route.PageFiles.PageFile;
import demofusion.protocol.api.Role;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The page for people who would rather look. Whoever needs a token and has none gets a field for
 * one in its place. The page runs only what this server sends as a file, and speaks to nobody else.
 */
public final class PageRoutes {
  static final String TAG = "page";
  private static final String KNOWN = "The one that is known already by its tag.";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create("Cache-Control", "private, no-cache"),
          RawHeader.create("Vary", "Cookie, Authorization"),
          RawHeader.create("Content-Security-Policy", POLICY),
          RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"),
          RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"),
          RawHeader.create("Referrer-Policy", "same-origin"));

  private final Authenticator authenticator;
  private final LoginForm form;
  private final PageFiles files = new PageFiles();

  /**
   * @param form in place of the page, for whoever is not known
   */
  public PageRoutes(Authenticator authenticator, LoginForm form) {
    this.authenticator = authenticator;
    this.form = form;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("/", this::page)
            .as(
                Operation.of("page", TAG, "The web page.")
                    .detail(
                        "If a token is needed and none was sent, the answer is 401 with a form"
                            + " to enter one.")
                    .answersWith(200, "The page.", "text/html")
                    .answers(304, KNOWN)
                    .answersWith(401, "A field for a token.", "text/html")
                    .refuses(403, 503)),
        Endpoint.get("/web/{file}", Role.VIEW, call -> file(call.pathParam("file")))
            .as(
                Operation.of("pageFile", TAG, "A file of the page.")
                    .answers(200, "The file.")
                    .answers(304, KNOWN)
                    .refuses(404)));
  }

  private Route page(Endpoint.Call call) {
    CompletionStage<Caller> caller;
    try {
      caller =
          authenticator.admitToPage(call.request()).thenApply(known -> known.having(Role.VIEW));
    } catch (ApiException refused) {
      caller = CompletableFuture.failedFuture(refused);
    }
    return onComplete(
        caller,
        known -> {
          if (known.isSuccess()) {
            return file("index.html");
          }
          Throwable failure = known.failed().get();
          return SessionRoutes.isUnknownToken(failure)
              ? complete(form.response(form.invitation()))
              : completeWithFuture(CompletableFuture.<HttpResponse>failedFuture(failure));
        });
  }

  private Route file(String name) {
    PageFile file =
        files
            .find(name)
            .orElseThrow(
                () ->
                    ApiException.with(
                        StatusCodes.NOT_FOUND, "the page has no file with this name"));
    HttpResponse response =
        HttpResponse.create().withEntity(HttpEntities.create(file.type(), file.bytes()));
    return respondWithHeaders(
        HEADERS, () -> encodeResponse(() -> conditional(file.tag(), () -> complete(response))));
  }
}
