package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes an OpenAPI document of endpoints and of the records that they read and write. What the
 * program serves is a copy that lies among its resources; {@link OpenApiTest} and {@code
 * GuestDocumentTest} hold it against this, and write it anew with {@code -Dopenapi.write=true}.
 *
 * <pre>
 * Endpoint ── method, path, role ──┐
 * Operation ─ words, parameters ───┼─▶ paths
 * record ──── types, {@literal @}Schema ─────┴─▶ components/schemas
 * </pre>
 */
public final class OpenApiDocument {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

  /** What stands in paths, by name. */
  private static final Map<String, String> PLACES =
      Map.of(
          "id",
          "description: 'Of a job.',"
              + " schema: {type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'}",
          "phase",
          "description: 'From 1.', schema: {type: 'integer', minimum: 1, maximum: 9999}",
          "level",
          "description: '0 is the whole picture in one tile, each further level has twice the"
              + " pixels on each side.', schema: {type: 'integer', minimum: 0}",
          "tile",
          "description: 'Column and row from 0, as COLUMN_ROW.',"
              + " schema: {type: 'string', pattern: '^\\\\d+_\\\\d+$'}",
          "name",
          "description: 'Of a worker.', schema: {type: 'string'}",
          "hash",
          "description: 'SHA-256 of a file.', schema: {type: 'string', pattern: '^[0-9a-f]{64}$'}",
          "file",
          "schema: {type: 'string'}",
          "model",
          "description: 'A model, by its name or hash.', schema: {type: 'string'}");

  private final ObjectNode head;
  private final Refusals refusals;
  private final ObjectNode paths = JsonNodeFactory.instance.objectNode();
  private final ObjectNode parameters = JsonNodeFactory.instance.objectNode();
  private JsonSchemas schemas = new JsonSchemas(Set.of());

  /** How a document's endpoints refuse. */
  public interface Refusals {
    /** With which statuses. */
    Set<Integer> statuses(Endpoint endpoint, Operation operation);

    /** The answer in the document. */
    ObjectNode answer(Endpoint endpoint, int status, SchemaOf schemas);

    /** What answers refer to, among the document's components. */
    default ObjectNode responses(SchemaOf schemas) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** Refers to a type's schema. */
  public interface SchemaOf {
    JsonNode of(Class<?> type);
  }

  /**
   * A document that is yet without paths.
   *
   * @param head its members besides paths and components' schemas
   */
  public OpenApiDocument(ObjectNode head, Refusals refusals) {
    this.head = head;
    this.refusals = refusals;
  }

  /** Reads the members of a head, whose names and texts need no double quotes. */
  public static ObjectNode head(String members) {
    return JsonSchemas.keywords(members);
  }

  /** The document as it is served: a line for each operation and each schema. */
  public String of(List<Endpoint> endpoints) {
    schemas =
        new JsonSchemas(
            endpoints.stream()
                .map(OpenApiDocument::operation)
                .flatMap(operation -> Stream.of(operation.request(), operation.multipart()))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
    endpoints.forEach(this::add);
    ObjectNode document = head.deepCopy();
    ObjectNode components = (ObjectNode) document.remove("components");
    document.set("paths", paths);
    document.set("components", components);
    components.set("parameters", parameters);
    ObjectNode responses = refusals.responses(this::schema);
    if (!responses.isEmpty()) {
      components.set("responses", responses);
    }
    components.set("schemas", schemas.all());
    return CompactJson.text(document, 3);
  }

  private static Operation operation(Endpoint endpoint) {
    return Objects.requireNonNull(
        endpoint.operation(), () -> endpoint.path() + " says nothing of itself");
  }

  private void add(Endpoint endpoint) {
    ObjectNode item = paths.withObject("/" + endpoint.path().text().replace("/", "~1"));
    Matcher places = PLACE.matcher(endpoint.path().text());
    if (item.isEmpty() && places.find()) {
      places.reset();
      while (places.find()) {
        String name = places.group(1);
        parameters.set(
            name,
            JsonSchemas.keywords(
                "name: '" + name + "', in: 'path', required: true, " + PLACES.get(name)));
        item.withArray("parameters").addObject().put("$ref", "#/components/parameters/" + name);
      }
    }
    item.set(endpoint.method().name().toLowerCase(Locale.ROOT), described(endpoint));
  }

  private ObjectNode described(Endpoint endpoint) {
    Operation operation = operation(endpoint);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("operationId", operation.id());
    node.putArray("tags").add(operation.tag());
    node.put(
        "summary",
        operation.summary() + (endpoint.role() == null ? "" : " Role: " + endpoint.role() + "."));
    if (!operation.detail().isEmpty()) {
      node.put("description", operation.detail());
    }
    if (endpoint.role() == null) {
      node.putArray("security");
    }
    for (Operation.Parameter parameter : operation.parameters()) {
      ObjectNode each = node.withArray("parameters").addObject();
      each.put("name", parameter.name()).put("in", parameter.in()).put("required", false);
      if (!parameter.text().isEmpty()) {
        each.put("description", parameter.text());
      }
      each.set("schema", JsonSchemas.keywords(parameter.schema()));
    }
    request(operation, node);
    ObjectNode responses = node.putObject("responses");
    operation.answers().forEach(answer -> responses.set("" + answer.status(), answer(answer)));
    for (int status : refusals.statuses(endpoint, operation)) {
      if (!responses.has("" + status)) {
        responses.set("" + status, refusals.answer(endpoint, status, this::schema));
      }
    }
    return node;
  }

  private void request(Operation operation, ObjectNode node) {
    String form = operation.form();
    Class<?> json = operation.request();
    if (json != null || form != null) {
      ObjectNode body = node.putObject("requestBody").put("required", true);
      if (json != null) {
        ObjectNode content = body.putObject("content");
        content.putObject("application/json").set("schema", schema(json));
        Class<?> files = operation.multipart();
        if (files != null) {
          content.putObject("multipart/form-data").set("schema", schema(files));
        }
      } else {
        body.putObject("content")
            .putObject("application/x-www-form-urlencoded")
            .set(
                "schema",
                JsonSchemas.keywords(
                    "type: 'object', properties: {%s: {type: 'string'}}, required: ['%s']"
                        .formatted(form, form)));
      }
    }
  }

  private ObjectNode answer(Operation.Answer answer) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("description", answer.text());
    for (String header : answer.headers()) {
      node.withObject("/headers/" + header).set("schema", JsonSchemas.keywords("type: 'string'"));
    }
    String mediaType = answer.mediaType();
    if (mediaType != null) {
      ObjectNode content = node.putObject("content").putObject(mediaType);
      Class<?> json = answer.json();
      if (json != null) {
        content.set(
            "schema",
            answer.isList()
                ? JsonSchemas.keywords("type: 'array'").<ObjectNode>set("items", schema(json))
                : schema(json));
      }
    }
    return node;
  }

  private ObjectNode schema(Class<?> type) {
    return type == Void.class ? JsonSchemas.keywords("type: 'null'") : schemas.of(type);
  }
}
