package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.OpenApiDocument;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.openai.OpenAiErrors;
import demofusion.protocol.api.Problem;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How other programs' APIs refuse, for their document. */
final class GuestsRefusals implements OpenApiDocument.Refusals {
  private static final Map<Integer, String> TEXTS =
      Map.of(
          400, "What is asked for cannot be done, and why.",
          401, "There is no token, or none that is known.",
          403, "The token's role is too low, or another site's page asks.",
          404, "There is no such thing.",
          416, "The file has no such part.",
          422, "Fields of wrong kinds, all at once; or a picture that the farm cannot draw.");

  private static boolean isWebUi(Endpoint endpoint) {
    return endpoint.dialect() == WebUiErrors.DIALECT;
  }

  @Override
  public Set<Integer> statuses(Endpoint endpoint, Operation operation) {
    Set<Integer> statuses = new TreeSet<>(operation.refusals());
    statuses.addAll(Set.of(400, 401, 403));
    if (isWebUi(endpoint) && operation.request() != null) {
      statuses.add(422);
    }
    return statuses;
  }

  @Override
  public ObjectNode answer(Endpoint endpoint, int status, OpenApiDocument.SchemaOf schemas) {
    ObjectNode answer = TestApi.JSON.createObjectNode();
    answer.put("description", TEXTS.get(status));
    boolean isOurs = endpoint.dialect() == Dialect.OURS;
    ObjectNode content =
        answer
            .withObject("/content")
            .putObject(isOurs ? "application/problem+json" : "application/json");
    if (status == 422) {
      content
          .withObject("/schema")
          .withArray("anyOf")
          .add(schemas.of(FieldErrors.Body.class))
          .add(schemas.of(WebUiErrors.class));
    } else if (isOurs) {
      content.set("schema", schemas.of(Problem.class));
    } else {
      content.set("schema", schemas.of(isWebUi(endpoint) ? WebUiErrors.class : OpenAiErrors.class));
    }
    return answer;
  }
}
