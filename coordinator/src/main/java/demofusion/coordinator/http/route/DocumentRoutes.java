package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.protocol.api.Role;
import demofusion.protocol.file.Resources;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The API's own description. */
public final class DocumentRoutes {
  public static final String RESOURCE = "openapi.json";

  private final byte[] document = Resources.read(DocumentRoutes.class, RESOURCE);

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
                "/v1/openapi.json", Role.VIEW, call -> encodeResponse(() -> complete(response())))
            .as(
                Operation.of("document", "document", "This document.")
                    .answersWith(200, "This document.", "application/json")));
  }

  private HttpResponse response() {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, document));
  }
}
