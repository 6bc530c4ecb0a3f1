package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.http.Endpoint;
import demofusion.protocol.api.Role;
import demofusion.protocol.file.Resources;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The description of both guests' routes; this API's own is another document. */
final class GuestDocument {
  static final String RESOURCE = "openapi.json";

  List<Endpoint> endpoints() {
    byte[] document = Resources.read(GuestDocument.class, RESOURCE);
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
}
