package demofusion.coordinator.http;

import java.util.List;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked: a row of the table that {@link Router} serves and that the OpenAPI
 * document is held against.
 *
 * @param role that a caller needs; null: none, not even a token
 * @param dialect in which its refusals are said
 */
public record Endpoint(
    HttpMethod method,
    PathTemplate path,
    @Nullable Role role,
    Function<Endpoint.Call, Route> handler,
    Dialect dialect) {
  /**
   * One request to it.
   *
   * @param places what stands in the path's places
   */
  public record Call(Caller caller, List<String> places, HttpRequest request) {
    public Call {
      places = List.copyOf(places);
    }

    public String place(int number) {
      return places.get(number);
    }
  }

  Endpoint(
      HttpMethod method,
      PathTemplate path,
      @Nullable Role role,
      Function<Endpoint.Call, Route> handler) {
    this(method, path, role, handler, Dialect.OURS);
  }

  /** The same for clients that know refusals of another kind. */
  public Endpoint in(Dialect dialect) {
    return new Endpoint(method, path, role, handler, dialect);
  }

  static Endpoint open(String path, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), null, handler);
  }

  public static Endpoint get(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), role, handler);
  }

  public static Endpoint post(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.POST, new PathTemplate(path), role, handler);
  }

  static Endpoint delete(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.DELETE, new PathTemplate(path), role, handler);
  }
}
