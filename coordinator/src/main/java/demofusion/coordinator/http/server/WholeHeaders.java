package demofusion.coordinator.http.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.function.Function;

/**
 * Reads requests' headers in place of Pekko HTTP, which throws away the port of {@code
 * X-Forwarded-Host}: that one and its kind are left as they were sent.
 */
final class WholeHeaders {
  private static final String FORWARDED = "x-forwarded-";

  private WholeHeaders() {}

  static Function<HttpRequest, CompletionStage<HttpResponse>> reading(
      Function<HttpRequest, CompletionStage<HttpResponse>> server) {
    return request -> server.apply(request.withHeaders(read(request)));
  }

  private static List<HttpHeader> read(HttpRequest request) {
    List<HttpHeader> headers = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      boolean isRead =
          !(header instanceof RawHeader)
              || header.name().toLowerCase(Locale.ROOT).startsWith(FORWARDED);
      headers.add(isRead ? header : read(header));
    }
    return headers;
  }

  private static HttpHeader read(HttpHeader header) {
    try {
      return HttpHeader.parse(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      return header; // as Pekko HTTP leaves what it cannot read
    }
  }
}
