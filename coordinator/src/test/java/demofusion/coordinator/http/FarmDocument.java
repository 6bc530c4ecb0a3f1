package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.api.Problem;
import java.util.Set;
import java.util.TreeSet;

/** What the farm's own document says besides its endpoints. */
final class FarmDocument implements OpenApiDocument.Refusals {
  private static final String HEAD =
      """
      openapi: '3.1.0',
      info: {
        title: 'demofusion', version: '1',
        summary: 'Very large pictures by all the GPUs there are.',
        description: "Every answer that is no success is a problem (RFC 9457) whose detail is one \
      sentence. A token's role is view, submit or operate, each of which allows what the one before it does, or \
      work, which lets a worker join and nothing else. \
      Who does not operate sees only the jobs of the token's name. Every path answers HEAD where it \
      answers GET, and OPTIONS. A browser sends its token once, to /session, and a cookie from then \
      on, which counts only for this server's own page.",
        license: {name: 'Apache-2.0', identifier: 'Apache-2.0'}},
      security: [{token: []}],
      tags: [{name: 'jobs'}, {name: 'files'}, {name: 'workers'}, {name: 'models'}, {name: 'audit'}, {name: 'health'}, {name: 'page'},
        {name: 'document'}],
      components: {securitySchemes: {token: {type: 'http', scheme: 'bearer',
        description: 'Not asked for on a coordinator that only this machine can reach.'}}}
      """;

  private static final String REFERENCE = "$ref: '#/components/responses/Problem'";

  static OpenApiDocument make() {
    return new OpenApiDocument(JsonSchemas.keywords(HEAD), new FarmDocument());
  }

  @Override
  public Set<Integer> statuses(Endpoint endpoint, Operation operation) {
    Set<Integer> statuses = new TreeSet<>(operation.refusals());
    if (endpoint.role() != null) {
      statuses.addAll(Set.of(401, 403, 503));
    }
    if (operation.request() != null) {
      statuses.addAll(Set.of(400, 408, 413, 415));
    }
    if (operation.form() != null) {
      statuses.addAll(Set.of(400, 413, 415));
    }
    return statuses;
  }

  @Override
  public ObjectNode answer(Endpoint endpoint, int status, OpenApiDocument.SchemaOf schemas) {
    return JsonSchemas.keywords(REFERENCE);
  }

  @Override
  public ObjectNode responses(OpenApiDocument.SchemaOf schemas) {
    ObjectNode responses =
        JsonSchemas.keywords("Problem: {description: 'Why not, in one sentence.'}");
    responses
        .withObject("/Problem/content")
        .putObject("application/problem+json")
        .set("schema", schemas.of(Problem.class));
    return responses;
  }
}
