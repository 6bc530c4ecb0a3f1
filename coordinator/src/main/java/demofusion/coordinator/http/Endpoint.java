package demofusion.coordinator.http;

import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.auditlog.RequestNote;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Dialect;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked: a row of the table that {@link Router} serves and that the OpenAPI
 * document is made of.
 *
 * @param role that a caller needs; null: none, not even a token
 * @param dialect in which its refusals are said
 * @param operation what the OpenAPI document says of it
 * @param recorded as what its requests are in the audit log; null: it changes nothing
 */
public record Endpoint(
    HttpMethod method,
    PathTemplate path,
    @Nullable Role role,
    Function<Endpoint.Call, Route> handler,
    Dialect dialect,
    @Nullable Operation operation,
    @Nullable AuditedAction recorded) {
  /**
   * One request to it.
   *
   * @param places what stands in the path's places, by their names
   * @param address under which the caller found this server
   * @param note what the audit log will say of it, if anything
   */
  public record Call(
      Caller caller,
      Map<String, String> places,
      HttpRequest request,
      PublicAddress address,
      RequestNote note) {
    public Call {
      places = Map.copyOf(places);
    }

    /**
     * The trace that the request is part of, by its headers {@code traceparent} and {@code
     * tracestate}; null: none.
     */
    public @Nullable TraceParent trace() {
      List<String> values = headers(TraceParent.HEADER);
      // As W3C has it: what is not well formed, or there twice, is as if it were not there.
      return values.size() == 1
          ? TraceParent.parse(values.get(0))
              .map(parent -> parent.with(String.join(",", headers(TraceParent.STATE_HEADER))))
              .orElse(null)
          : null;
    }

    private List<String> headers(String name) {
      List<String> values = new ArrayList<>();
      for (HttpHeader header : request.getHeaders()) {
        if (header.is(name)) {
          values.add(header.value());
        }
      }
      return values;
    }

    /** What stands in the place of that name. */
    public String pathParam(String name) {
      return Objects.requireNonNull(places.get(name), name);
    }

    /**
     * The job that stands in the place {@code id}.
     *
     * @throws ApiException if no job can have that id
     */
    public JobId job() {
      String id = pathParam("id");
      if (!JobId.isValid(id)) {
        throw ApiException.noSuchJob(id);
      }
      return new JobId(id);
    }
  }

  public Endpoint(
      HttpMethod method,
      PathTemplate path,
      @Nullable Role role,
      Function<Endpoint.Call, Route> handler) {
    this(
        method,
        path,
        role,
        handler,
        Dialect.OURS,
        null,
        // What is forgotten is in the log without a word of its own, rather than not at all.
        method.isSafe() ? null : AuditedAction.OTHER);
  }

  /** The same for clients that know refusals of another kind. */
  public Endpoint in(Dialect dialect) {
    return new Endpoint(method, path, role, handler, dialect, operation, recorded);
  }

  /** The same with what the OpenAPI document says of it. */
  public Endpoint as(Operation operation) {
    return new Endpoint(method, path, role, handler, dialect, operation, recorded);
  }

  /** The same, whose requests are this in the audit log. */
  public Endpoint recordedAs(AuditedAction action) {
    return new Endpoint(method, path, role, handler, dialect, operation, action);
  }

  /** The same, which only looks or computes, whatever its method: not for the audit log. */
  public Endpoint changingNothing() {
    return new Endpoint(method, path, role, handler, dialect, operation, null);
  }

  public static Endpoint open(String path, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), null, handler);
  }

  public static Endpoint get(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), role, handler);
  }

  public static Endpoint post(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.POST, new PathTemplate(path), role, handler);
  }

  public static Endpoint put(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.PUT, new PathTemplate(path), role, handler);
  }

  public static Endpoint patch(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.PATCH, new PathTemplate(path), role, handler);
  }

  public static Endpoint delete(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.DELETE, new PathTemplate(path), role, handler);
  }
}
