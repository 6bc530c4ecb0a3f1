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
 */
record Endpoint(
    HttpMethod method,
    PathTemplate path,
    @Nullable Role role,
    Function<Endpoint.Call, Route> handler) {
  /**
   * One request to it.
   *
   * @param places what stands in the path's places
   */
  record Call(Caller caller, List<String> places, HttpRequest request) {
    String place(int number) {
      return places.get(number);
    }
  }

  static Endpoint open(String path, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), null, handler);
  }

  static Endpoint get(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.GET, new PathTemplate(path), role, handler);
  }

  static Endpoint post(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.POST, new PathTemplate(path), role, handler);
  }

  static Endpoint delete(String path, Role role, Function<Call, Route> handler) {
    return new Endpoint(HttpMethods.DELETE, new PathTemplate(path), role, handler);
  }
}
