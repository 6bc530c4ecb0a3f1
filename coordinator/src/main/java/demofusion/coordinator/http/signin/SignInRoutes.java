package demofusion.coordinator.http.signin;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.auth.LoginForm;
import demofusion.coordinator.http.auth.SessionCookie;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.HttpCookie;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.SameSite;
import org.apache.pekko.http.javadsl.model.headers.SetCookie;
import org.apache.pekko.http.javadsl.server.Route;

/** Where a browser goes to sign in with a provider, and where that sends it back to. */
public final class SignInRoutes {
  private static final String TAG = "page";

  /** What a browser keeps between the two. */
  private static final String COOKIE = "demofusion-sign-in";

  /** From the callback up to the page. */
  private static final String UP = "../../";

  /** A view of the page; everything after # is the page's own, so it leads nowhere else. */
  private static final Pattern VIEW = Pattern.compile("#/[A-Za-z0-9/_.~?=&%-]{0,300}");

  private final Optional<SignIn> signIn;
  private final LoginForm form;

  /**
   * @param signIn empty: people have tokens
   */
  public SignInRoutes(Optional<SignIn> signIn, LoginForm form) {
    this.signIn = signIn;
    this.form = form;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open(SignIn.PATH, this::begin)
            .as(
                Operation.of("beginSignIn", TAG, "Sign in with the OpenID Connect provider.")
                    .detail("For browsers: programs have tokens.")
                    .query(
                        "to", "View of the page to return to, as in #/gallery.", "type: 'string'")
                    .answers(303, "To the provider.")
                    .answersWith(503, "The provider cannot be reached.", "text/html")
                    .refuses(404)),
        Endpoint.open(SignIn.CALLBACK, this::finish)
            .recordedAs(AuditedAction.SIGN_IN)
            .as(
                Operation.of("finishSignIn", TAG, "Where the provider sends browsers back to.")
                    .query("code", "Of the provider.", "type: 'string'")
                    .query("state", "Of the sign-in that was begun.", "type: 'string'")
                    .answers(303, "To the page, with a session's cookie.")
                    .answersWith(403, "Why this person may not come in.", "text/html")
                    .answersWith(503, "The provider cannot be reached.", "text/html")
                    .refuses(404)));
  }

  private SignIn required() {
    return signIn.orElseThrow(
        () ->
            ApiException.with(
                StatusCodes.NOT_FOUND,
                "people sign in with tokens here; coordinator --oidc-issuer URL lets a provider"
                    + " sign them in"));
  }

  private Route begin(Endpoint.Call call) {
    SignIn open = required();
    String to = parameter(call.request(), "to").filter(VIEW.asMatchPredicate()).orElse("");
    try {
      SignIn.Begun begun = open.begin(call, to);
      return complete(
          goOn(begun.there().toString())
              .addHeader(RawHeader.create("Referrer-Policy", "no-referrer"))
              .addHeader(cookie(open, call, begun.browser())));
    } catch (SignInException e) {
      return complete(form.response(e.status(), e.sentence(), "../"));
    }
  }

  private Route finish(Endpoint.Call call) {
    SignIn open = required();
    HttpRequest request = call.request();
    String browser =
        SessionCookie.find(request, SessionCookie.name(COOKIE, call.address())).orElse("");
    String query = request.getUri().rawQueryString().orElse("");
    return completeWithFuture(
        open.finish(request, call, parameter(request, "state").orElse(""), query, browser)
            .thenApply(finished -> toThePage(open, call, finished))
            .exceptionally(failure -> refused(call, failure))
            .thenApply(answer -> answer.addHeader(gone(open, call))));
  }

  private static HttpResponse toThePage(SignIn open, Endpoint.Call call, SignIn.Finished finished) {
    call.note().by(finished.caller());
    if (!finished.shown().isEmpty()) {
      call.note().detail("known to the provider as " + finished.shown());
    }
    return goOn(open.page(call) + finished.returnTo())
        .addHeader(SessionCookie.ofPerson(call.address(), finished.session(), open.isSecure(call)));
  }

  private HttpResponse refused(Endpoint.Call call, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof SignInException refused)) {
      throw new CompletionException(cause);
    }
    call.note().detail(refused.sentence());
    return form.response(refused.status(), refused.sentence(), UP);
  }

  private static HttpResponse goOn(String location) {
    return HttpResponse.create()
        .withStatus(StatusCodes.SEE_OTHER)
        .addHeader(RawHeader.create("Location", location))
        .addHeader(RawHeader.create("Cache-Control", "no-store"));
  }

  private static HttpHeader cookie(SignIn open, Endpoint.Call call, String value) {
    return SetCookie.create(plain(open, call, value).withMaxAge(PendingLogins.LONGEST.toSeconds()));
  }

  private static HttpHeader gone(SignIn open, Endpoint.Call call) {
    return SetCookie.create(plain(open, call, "").withMaxAge(0));
  }

  /** The provider's redirect brings it along, which comes from another site. */
  private static HttpCookie plain(SignIn open, Endpoint.Call call, String value) {
    PublicAddress address = open.address(call);
    return HttpCookie.create(SessionCookie.name(COOKIE, call.address()), value)
        .withPath(address.path(SignIn.PATH))
        .withHttpOnly(true)
        .withSecure(open.isSecure(call))
        .withSameSite(SameSite.Lax);
  }

  /** The value of a parameter that is there once, and well formed. */
  private static Optional<String> parameter(HttpRequest request, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : request.getUri().rawQueryString().orElse("").split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        values.add(pair.substring(name.length() + 1));
      }
    }
    if (values.size() != 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(URLDecoder.decode(values.get(0), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
