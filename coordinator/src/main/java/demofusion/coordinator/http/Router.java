package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.handleExceptions;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;

import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Role;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** Finds the {@link Endpoint} of a request, and who asks; only then is the request looked at. */
public final class Router {
  private final List<Endpoint> endpoints;
  private final Authenticator authenticator;

  /**
   * @param endpoints those with fewer places first, where two match the same path
   */
  public Router(List<Endpoint> endpoints, Authenticator authenticator) {
    this.endpoints = List.copyOf(endpoints);
    this.authenticator = authenticator;
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

  /** What there is and what not is told to those only who may look. */
  private Route withoutEndpoint(HttpRequest request, List<Match> there) {
    return authenticator.hasTokens()
        ? onSuccess(authenticator.admit(request), caller -> complete(signpost(request, there)))
        : complete(signpost(request, there));
  }

  private static HttpResponse signpost(HttpRequest request, List<Match> there) {
    if (there.isEmpty()) {
      return Responses.problem(
          StatusCodes.NOT_FOUND, "unknown path; GET /v1/openapi.json describes the API");
    }
    if (request.method().equals(HttpMethods.OPTIONS)) {
      return HttpResponse.create()
          .withStatus(StatusCodes.NO_CONTENT)
          .addHeader(RawHeader.create("Allow", allowed(there)));
    }
    return notAllowed(request.method(), there);
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
    return handleExceptions(
        ErrorResponses.exceptions(match.endpoint().dialect()), () -> admit(match, request));
  }

  private Route admit(Match match, HttpRequest request) {
    Role needed = match.endpoint().role();
    if (needed == null) {
      return handle(match, Caller.LOCAL, request);
    }
    return onSuccess(
        authenticator.admit(request),
        caller -> {
          // Where no tokens are asked for, whoever is let in may do anything, and join too.
          Caller fit = authenticator.hasTokens() ? caller.having(needed) : caller;
          return handle(match, fit, request);
        });
  }

  private static Route handle(Match match, Caller caller, HttpRequest request) {
    return match.endpoint().handler().apply(new Endpoint.Call(caller, match.places(), request));
  }

  private static HttpResponse notAllowed(HttpMethod method, List<Match> there) {
    String allowed = allowed(there);
    return Responses.problem(
            StatusCodes.METHOD_NOT_ALLOWED, method.name() + " is not allowed here; use " + allowed)
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
