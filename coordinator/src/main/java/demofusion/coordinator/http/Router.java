package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.handleExceptions;
import static org.apache.pekko.http.javadsl.server.Directives.handleRejections;
import static org.apache.pekko.http.javadsl.server.Directives.mapRouteResultWith;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;

import demofusion.coordinator.http.address.ClientAddress;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.auditlog.RequestNote;
import demofusion.coordinator.http.auditlog.RequestRecorder;
import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Complete;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.server.RouteResult;

/** Finds the {@link Endpoint} of a request, and who asks; only then is the request looked at. */
public final class Router {
  private final List<Endpoint> endpoints;
  private final Authenticator authenticator;
  private final TrustedProxies proxies;
  private final RequestRecorder recorder;

  /**
   * @param endpoints those with fewer places first, where two match the same path
   * @param recorder of what changes something
   */
  public Router(
      List<Endpoint> endpoints,
      Authenticator authenticator,
      TrustedProxies proxies,
      RequestRecorder recorder) {
    this.endpoints = List.copyOf(endpoints);
    this.authenticator = authenticator;
    this.proxies = proxies;
    this.recorder = recorder;
  }

  /** An endpoint at a request's path, with what stands in the path's places. */
  private record Match(Endpoint endpoint, Map<String, String> places) {}

  public Route route() {
    return extractRequest(this::route);
  }

  private Route route(HttpRequest request) {
    List<Match> there = at(request);
    return there.stream()
        .filter(match -> match.endpoint().method().equals(request.method()))
        .findFirst()
        .map(match -> admitInItsDialect(match, request))
        .orElseGet(() -> withoutEndpoint(request, there));
  }

  /**
   * In which an unknown path, or a method that is not allowed, is refused: what lies beside another
   * program's endpoints ({@code /v1/images/…}) is asked for by that program's clients.
   */
  private Dialect dialect(HttpRequest request) {
    String path = request.getUri().path();
    return endpoints.stream()
        .filter(endpoint -> endpoint.dialect() != Dialect.OURS)
        .filter(endpoint -> (path + "/").startsWith(endpoint.path().beginning() + "/"))
        .map(Endpoint::dialect)
        .findFirst()
        .orElse(Dialect.OURS);
  }

  /** What there is and what not is told to those only who may look. */
  private Route withoutEndpoint(HttpRequest request, List<Match> there) {
    Dialect dialect = there.isEmpty() ? dialect(request) : there.get(0).endpoint().dialect();
    HttpResponse signpost = signpost(request, there, dialect);
    return inDialect(
        dialect,
        refused -> {},
        () ->
            authenticator.hasTokens()
                ? onSuccess(authenticator.admit(request), caller -> complete(signpost))
                : complete(signpost));
  }

  private static HttpResponse signpost(HttpRequest request, List<Match> there, Dialect dialect) {
    if (there.isEmpty()) {
      return dialect.answer(
          ApiException.with(
              StatusCodes.NOT_FOUND,
              dialect == Dialect.OURS
                  ? "unknown path; GET /v1/openapi.json describes the API"
                  : "unknown path; GET /sdapi/v1/openapi.json describes what is there"));
    }
    if (request.method().equals(HttpMethods.OPTIONS)) {
      return HttpResponse.create()
          .withStatus(StatusCodes.NO_CONTENT)
          .addHeader(RawHeader.create("Allow", allowed(there)));
    }
    return notAllowed(request.method(), there, dialect);
  }

  private List<Match> at(HttpRequest request) {
    String text = request.getUri().path();
    boolean isRoot = text.equals("/");
    boolean endsInSlash = text.endsWith("/") && !isRoot;
    if (text.contains("//")) {
      // Its segments would be those of another path.
      return List.of();
    }
    List<String> path = new ArrayList<>();
    if (!isRoot) {
      request.getUri().pathSegments().forEach(path::add);
    }
    List<Match> matches = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      // Other programs' servers send such clients on to the path without it.
      if (endsInSlash && endpoint.dialect() == Dialect.OURS) {
        continue;
      }
      endpoint.path().match(path).ifPresent(places -> matches.add(new Match(endpoint, places)));
    }
    return matches;
  }

  private Route admitInItsDialect(Match match, HttpRequest request) {
    Endpoint endpoint = match.endpoint();
    RequestNote note = new RequestNote(match.places());
    Supplier<Route> answered =
        () -> inDialect(endpoint.dialect(), note::refused, () -> admit(match, request, note));
    AuditedAction action = endpoint.recorded();
    if (action == null) {
      return answered.get();
    }
    note.whenAccepted(() -> record(endpoint, action, request, note, StatusCodes.ACCEPTED));
    return mapRouteResultWith(
        result -> recorded(endpoint, action, request, note, result), answered);
  }

  /** The answer, when the audit log has its line. */
  private CompletionStage<RouteResult> recorded(
      Endpoint endpoint,
      AuditedAction action,
      HttpRequest request,
      RequestNote note,
      RouteResult result) {
    if (!(result instanceof Complete complete)) {
      throw new IllegalStateException("a rejection is answered before it gets here");
    }
    StatusCode status = complete.getResponse().status();
    return note.isAccepted() && status.isSuccess()
        ? CompletableFuture.completedFuture(result)
        : record(endpoint, action, request, note, status).thenApply(written -> result);
  }

  private CompletionStage<Void> record(
      Endpoint endpoint,
      AuditedAction action,
      HttpRequest request,
      RequestNote note,
      StatusCode status) {
    return recorder.record(
        action,
        endpoint.method().name() + " " + endpoint.path(),
        ClientAddress.of(request, proxies),
        note,
        status);
  }

  private static Route inDialect(
      Dialect dialect, Consumer<ApiException> heard, Supplier<Route> route) {
    return handleRejections(
        ErrorResponses.rejections(dialect),
        () -> handleExceptions(ErrorResponses.exceptions(dialect, heard), route));
  }

  private Route admit(Match match, HttpRequest request, RequestNote note) {
    Role needed = match.endpoint().role();
    if (needed == null) {
      return handle(match, Caller.LOCAL, request, note);
    }
    return onSuccess(
        authenticator.admit(request),
        caller -> {
          note.by(caller);
          // Where no tokens are asked for, whoever is let in may do anything, and join too.
          Caller fit = authenticator.hasTokens() ? caller.having(needed) : caller;
          return handle(match, fit, request, note);
        });
  }

  private Route handle(Match match, Caller caller, HttpRequest request, RequestNote note) {
    PublicAddress address = PublicAddress.of(request, proxies);
    return match
        .endpoint()
        .handler()
        .apply(new Endpoint.Call(caller, match.places(), request, address, note));
  }

  private static HttpResponse notAllowed(HttpMethod method, List<Match> there, Dialect dialect) {
    String allowed = allowed(there);
    return dialect
        .answer(
            ApiException.with(
                StatusCodes.METHOD_NOT_ALLOWED,
                method.name() + " is not allowed here; use " + allowed))
        .addHeader(RawHeader.create("Allow", allowed));
  }

  private static String allowed(List<Match> there) {
    Set<String> methods = new LinkedHashSet<>();
    for (Match match : there) {
      methods.add(match.endpoint().method().name());
      if (match.endpoint().method().equals(HttpMethods.GET)) {
        methods.add("HEAD");
      }
    }
    methods.add("OPTIONS");
    return methods.stream().collect(Collectors.joining(", "));
  }
}
