package demofusion.coordinator.http.body;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.Problem;
import java.util.List;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Values as responses. What is answered is one caller's: nobody on the way may keep it. */
public final class Responses {
  static final ContentType PROBLEM =
      MediaTypes.applicationWithFixedCharset("problem+json", HttpCharsets.UTF_8).toContentType();

  private static final HttpHeader NO_STORE = CacheControl.create(CacheDirectives.NO_STORE);
  private static final JsonMapper JSON = ApiJson.lenient();

  /** When the same request may do: the farm is busy or not quite there. */
  private static final Set<StatusCode> PASSING =
      Set.of(StatusCodes.TOO_MANY_REQUESTS, StatusCodes.SERVICE_UNAVAILABLE);

  private static final HttpHeader LATER = RawHeader.create("Retry-After", "5");

  private Responses() {}

  public static HttpResponse ok(Object value) {
    return json(StatusCodes.OK, value);
  }

  public static HttpResponse json(StatusCode status, Object value) {
    return response(status, ContentTypes.APPLICATION_JSON, value);
  }

  static HttpResponse problem(StatusCode status, Problem problem) {
    return response(status, PROBLEM, problem);
  }

  public static HttpResponse problem(StatusCode status, String detail) {
    return problem(status, Problem.of(status.intValue(), status.reason(), detail));
  }

  static HttpResponse problem(ApiException refused) {
    return patient(refused, problem(refused.status(), refused.problem()));
  }

  /** A refusal of any dialect, without the advice to ask again soon where that is in vain. */
  public static HttpResponse patient(ApiException refused, HttpResponse answer) {
    return refused.isOverBudget() ? answer.removeHeader(LATER.name()) : answer;
  }

  /** A body that comes by and by. */
  public static HttpResponse stream(Source<ByteString, ?> json) {
    return HttpResponse.create()
        .withHeaders(List.of(NO_STORE))
        .withEntity(HttpEntities.createChunked(ContentTypes.APPLICATION_JSON, json));
  }

  private static HttpResponse response(StatusCode status, ContentType type, Object value) {
    return HttpResponse.create()
        .withStatus(status)
        .withHeaders(PASSING.contains(status) ? List.of(NO_STORE, LATER) : List.of(NO_STORE))
        .withEntity(HttpEntities.create(type, bytes(value)));
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a value that is not JSON", e);
    }
  }

  /** As it stands in a line of text. */
  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a value that is not JSON", e);
    }
  }
}
