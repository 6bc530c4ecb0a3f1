package demofusion.deploy.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonParseException;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Kubernetes, KEDA and the Prometheus operator say of their kinds, as strictly as {@code
 * kubectl apply --validate=strict}: a field that a kind does not have is refused too.
 */
final class KubernetesSchemas {
  static final Path DEFINITIONS = Path.of("src", "test", "resources", "kubernetes");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Kubernetes' own, whose models come with its client. */
  private static final Map<String, Class<?>> MODELS =
      Map.of(
          "v1/ConfigMap", V1ConfigMap.class,
          "v1/PersistentVolumeClaim", V1PersistentVolumeClaim.class,
          "v1/Pod", V1Pod.class,
          "v1/Service", V1Service.class,
          "apps/v1/Deployment", V1Deployment.class,
          "apps/v1/StatefulSet", V1StatefulSet.class,
          "networking.k8s.io/v1/Ingress", V1Ingress.class,
          "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy.class,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget.class);

  private final Map<String, JsonSchema> schemas = new HashMap<>();

  KubernetesSchemas() throws IOException {
    JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    try (Stream<Path> files = Files.list(DEFINITIONS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        JsonNode spec = json(Yaml.documents(file).get(0)).get("spec");
        for (JsonNode version : spec.get("versions")) {
          JsonNode schema = version.get("schema").get("openAPIV3Schema");
          close(schema);
          openMetadata(schema);
          schemas.put(
              spec.get("group").asText()
                  + "/"
                  + version.get("name").asText()
                  + "/"
                  + spec.get("names").get("kind").asText(),
              factory.getSchema(schema));
        }
      }
    }
  }

  /**
   * What is wrong with a resource; empty if nothing is.
   *
   * @throws IllegalArgumentException if nothing is known of its kind
   */
  List<String> faults(Yaml resource) {
    String kind = resource.at("apiVersion").text() + "/" + resource.at("kind").text();
    JsonNode json = json(resource);
    if (schemas.containsKey(kind)) {
      return schemas.get(kind).validate(json).stream().map(ValidationMessage::getMessage).toList();
    }
    if (!MODELS.containsKey(kind)) {
      throw new IllegalArgumentException("no schema of " + kind + " is here");
    }
    try {
      Object read = JSON.getGson().fromJson(json.toString(), MODELS.get(kind));
      return read == null ? List.of("there is nothing in it") : List.of();
    } catch (JsonParseException | IllegalArgumentException refused) {
      return List.of(String.valueOf(refused.getMessage()));
    }
  }

  /** Definitions leave it to the server to refuse fields that they do not name. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.get("properties") instanceof ObjectNode
        && !object.has("x-kubernetes-preserve-unknown-fields")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(KubernetesSchemas::close);
  }

  /** The server knows what metadata holds, definitions say no more than that there is some. */
  private static void openMetadata(JsonNode schema) {
    ((ObjectNode) schema.get("properties")).putObject("metadata").put("type", "object");
  }

  private static JsonNode json(Yaml yaml) {
    return MAPPER.valueToTree(yaml.value());
  }
}
