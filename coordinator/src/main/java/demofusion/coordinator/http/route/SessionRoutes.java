package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.PathTemplate;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.auth.LoginForm;
import demofusion.coordinator.http.auth.SessionCookie;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.signin.SignIn;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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

/**
 * A browser's session: begins with a token in a form and lasts as long as the browser is open, or
 * with a provider ({@link SignIn}) for as long as that may be.
 */
public final class SessionRoutes {
  private static final long LONGEST_FORM = 4096;
  private static final long FORM_MILLIS = 10_000;
  private static final String FIELD = "token=";

  private final Authenticator authenticator;
  private final Optional<SignIn> signIn;
  private final LoginForm form;
  private final Materializer materializer;

  /**
   * @param signIn with a provider; empty: people have tokens
   * @param form for a token
   */
  public SessionRoutes(
      Authenticator authenticator,
      Optional<SignIn> signIn,
      LoginForm form,
      Materializer materializer) {
    this.authenticator = authenticator;
    this.signIn = signIn;
    this.form = form;
    this.materializer = materializer;
  }

  /** The JSON of who somebody is here. */
  @Schema("Who one is here.")
  public record Session(
      String name,
      Role role,
      @Schema("Whether tokens are asked for, so that one can sign out.") boolean hasToken) {}

  /** The JSON of what is left to do for somebody who signed out here. */
  @Schema("What is left to do for somebody who signed out here.")
  public record SignedOut(@Schema("Where to go to sign out at the provider.") URI next) {}

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/session", Role.VIEW, this::show)
            .as(
                Operation.of("showSession", PageRoutes.TAG, "Who one is here.")
                    .answers(200, "The token's name and role.", Session.class)),
        new Endpoint(HttpMethods.POST, new PathTemplate("/session"), null, this::begin)
            .recordedAs(AuditedAction.SIGN_IN)
            .as(
                Operation.of(
                        "beginSession",
                        PageRoutes.TAG,
                        "Begin a browser's session: the token becomes a cookie.")
                    .takesForm("token")
                    .answers(303, "To the page, with the cookie.")
                    .answersWith(401, "The field again: the token is not known.", "text/html")
                    .refuses(403, 503)),
        Endpoint.delete("/session", Role.VIEW, this::end)
            .recordedAs(AuditedAction.SIGN_OUT)
            .as(
                Operation.of("endSession", PageRoutes.TAG, "Have the browser forget the token.")
                    .answers(
                        200,
                        "It is forgotten here; the provider that somebody signed in with knows"
                            + " them still.",
                        SignedOut.class)
                    .answers(204, "It is forgotten.")));
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
      throw ApiException.with(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE,
          "a session starts with a form that has one field, token");
    }
    return completeWithFuture(
        request
            .entity()
            .withSizeLimit(LONGEST_FORM)
            .toStrict(FORM_MILLIS, materializer)
            .thenApply(form -> secret(form.getData().utf8String()))
            .thenCompose(secret -> begin(call, secret)));
  }

  private CompletionStage<HttpResponse> begin(Endpoint.Call call, String secret) {
    CompletionStage<Caller> caller;
    try {
      caller =
          authenticator
              .admit(call.request(), secret)
              .thenApply(
                  known -> {
                    call.note().by(known);
                    return known.having(Role.VIEW);
                  });
    } catch (ApiException refused) {
      caller = CompletableFuture.failedFuture(refused);
    }
    return caller.handle(
        (known, failure) -> {
          if (failure == null) {
            return toThePage(call.address())
                .addHeader(SessionCookie.of(call.address(), secret, isSecure(call)));
          }
          if (isUnknownToken(failure)) {
            return form.response("Unknown token.");
          }
          throw new CompletionException(failure);
        });
  }

  static boolean isUnknownToken(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ApiException refused
        && refused.status().equals(StatusCodes.UNAUTHORIZED);
  }

  private Route show(Endpoint.Call call) {
    Caller caller = call.caller();
    return complete(
        Responses.ok(new Session(caller.name(), caller.role(), authenticator.hasTokens())));
  }

  private Route end(Endpoint.Call call) {
    HttpResponse over =
        signIn
            .flatMap(each -> each.end(call))
            .map(next -> Responses.ok(new SignedOut(next)))
            .orElseGet(() -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
    return complete(over.addHeader(SessionCookie.gone(call.address(), isSecure(call))));
  }

  private static HttpResponse toThePage(PublicAddress address) {
    return HttpResponse.create()
        .withStatus(StatusCodes.SEE_OTHER)
        .addHeader(RawHeader.create("Location", address.path("/")))
        .addHeader(RawHeader.create("Cache-Control", "no-store"));
  }

  /** Whether the browser speaks TLS: with this server, or with one that stands before it. */
  private static boolean isSecure(Endpoint.Call call) {
    return call.address().isSecure()
        || call.request()
            .getHeader("origin")
            .map(HttpHeader::value)
            .orElse("")
            .startsWith("https://");
  }

  private static String secret(String form) {
    for (String field : form.split("&", -1)) {
      if (field.startsWith(FIELD)) {
        try {
          return URLDecoder.decode(field.substring(FIELD.length()), StandardCharsets.UTF_8).strip();
        } catch (IllegalArgumentException e) {
          throw ApiException.badRequest("the form is not valid application/x-www-form-urlencoded");
        }
      }
    }
    throw ApiException.badRequest("the form has no field token");
  }
}
