package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.http.Endpoint;
import demofusion.protocol.api.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The description of both guests' routes; this API's own is another document. */
final class GuestDocument {
  static final String RESOURCE = "openapi.json";

  List<Endpoint> endpoints() {
    byte[] document = read();
    return List.of(
        Endpoint.get(
                "/sdapi/v1/openapi.json",
                Role.VIEW,
                call -> encodeResponse(() -> complete(response(document))))
            .as(
                StableDiffusionApi.operation("document", "This document.")
                    .answers(200, "This document.", Map.class)));
  }

  private static HttpResponse response(byte[] document) {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, document));
  }

  private static byte[] read() {
    try (InputStream in =
        Objects.requireNonNull(GuestDocument.class.getResourceAsStream(RESOURCE))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
