package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.conditional;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
import static org.apache.pekko.http.javadsl.server.Directives.onComplete;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import demofusion.coordinator.http.PageFiles.PageFile;
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
final class PageRoutes {
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

  private final Doorkeeper door;
  private final PageFiles files = new PageFiles();

  PageRoutes(Doorkeeper door) {
    this.door = door;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("/", this::page),
        Endpoint.get("/web/{file}", Role.VIEW, call -> file(call.place(0))));
  }

  private Route page(Endpoint.Call call) {
    CompletionStage<Caller> caller;
    try {
      caller = door.admit(call.request());
    } catch (Refused refused) {
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
              ? complete(LoginForm.response("This farm asks for a token."))
              : completeWithFuture(CompletableFuture.<HttpResponse>failedFuture(failure));
        });
  }

  private Route file(String name) {
    PageFile file =
        files
            .find(name)
            .orElseThrow(
                () -> Refused.with(StatusCodes.NOT_FOUND, "the page has no file of this name"));
    HttpResponse response =
        HttpResponse.create().withEntity(HttpEntities.create(file.type(), file.bytes()));
    return respondWithHeaders(
        HEADERS, () -> encodeResponse(() -> conditional(file.tag(), () -> complete(response))));
  }
}
