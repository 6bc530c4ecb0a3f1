package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.Materializer;

/** A browser's session: begins with a token in a form, lasts as long as the browser is open. */
final class SessionRoutes {
  private static final long LONGEST_FORM = 4096;
  private static final long FORM_MILLIS = 10_000;
  private static final String FIELD = "token=";

  private final Doorkeeper door;
  private final Materializer materializer;
  private final boolean hasTls;

  SessionRoutes(Doorkeeper door, Materializer materializer, boolean hasTls) {
    this.door = door;
    this.materializer = materializer;
    this.hasTls = hasTls;
  }

  /**
   * The JSON of who somebody is here.
   *
   * @param hasToken whether there is anything to sign out of
   */
  record Session(String name, Role role, boolean hasToken) {}

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/session", Role.VIEW, this::show),
        new Endpoint(HttpMethods.POST, new PathTemplate("/session"), null, this::begin),
        Endpoint.delete("/session", Role.VIEW, this::end));
  }

  private Route begin(Endpoint.Call call) {
    HttpRequest request = call.request();
    boolean isForm =
        request
            .entity()
            .getContentType()
            .mediaType()
            .equals(MediaTypes.APPLICATION_X_WWW_FORM_URLENCODED);
    if (!isForm) {
      throw Refused.with(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE,
          "a session begins with a form that has one field, token");
    }
    return completeWithFuture(
        request
            .entity()
            .withSizeLimit(LONGEST_FORM)
            .toStrict(FORM_MILLIS, materializer)
            .thenApply(form -> secret(form.getData().utf8String()))
            .thenCompose(secret -> begin(request, secret)));
  }

  private CompletionStage<HttpResponse> begin(HttpRequest request, String secret) {
    CompletionStage<Caller> caller;
    try {
      caller = door.admit(request, secret);
    } catch (Refused refused) {
      caller = CompletableFuture.failedFuture(refused);
    }
    return caller.handle(
        (known, failure) -> {
          if (failure == null) {
            return toThePage().addHeader(SessionCookie.of(request, secret, isSecure(request)));
          }
          if (isUnknownToken(failure)) {
            return LoginForm.response("That token is not known here.");
          }
          throw new CompletionException(failure);
        });
  }

  static boolean isUnknownToken(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof Refused refused && refused.status().equals(StatusCodes.UNAUTHORIZED);
  }

  private Route show(Endpoint.Call call) {
    Caller caller = call.caller();
    return complete(Answers.ok(new Session(caller.name(), caller.role(), door.hasTokens())));
  }

  private Route end(Endpoint.Call call) {
    return complete(
        HttpResponse.create()
            .withStatus(StatusCodes.NO_CONTENT)
            .addHeader(SessionCookie.gone(call.request(), isSecure(call.request()))));
  }

  private static HttpResponse toThePage() {
    return HttpResponse.create()
        .withStatus(StatusCodes.SEE_OTHER)
        .addHeader(RawHeader.create("Location", "/"))
        .addHeader(RawHeader.create("Cache-Control", "no-store"));
  }

  /** Whether the browser speaks TLS: with this server, or with one that stands before it. */
  private boolean isSecure(HttpRequest request) {
    return hasTls
        || request.getHeader("origin").map(HttpHeader::value).orElse("").startsWith("https://");
  }

  private static String secret(String form) {
    for (String field : form.split("&", -1)) {
      if (field.startsWith(FIELD)) {
        try {
          return URLDecoder.decode(field.substring(FIELD.length()), StandardCharsets.UTF_8).strip();
        } catch (IllegalArgumentException e) {
          throw Refused.badRequest("the form is not encoded as forms are");
        }
      }
    }
    throw Refused.badRequest("the form has no field token");
  }
}
