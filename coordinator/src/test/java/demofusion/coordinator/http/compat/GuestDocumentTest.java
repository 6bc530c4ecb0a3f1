package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guests' document and the server say the same. */
class GuestDocumentTest {
  private static final JsonNode DOCUMENT = document();

  @TempDir static Path folder;
  private static Easel easel;

  @BeforeAll
  static void start() {
    easel = Easel.open(folder);
  }

  @AfterAll
  static void stop() {
    easel.close();
  }

  private static JsonNode document() {
    try (InputStream in = GuestDocumentTest.class.getResourceAsStream(GuestDocument.RESOURCE)) {
      return TestApi.JSON.readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new StableDiffusionApi().endpoints(easel.api.premises()));
    endpoints.addAll(new OpenAiApi().endpoints(easel.api.premises()));
    return endpoints;
  }

  @Test
  void describesEveryRoute_andNoOther() {
    Set<String> served = new TreeSet<>();
    endpoints().forEach(each -> served.add(each.method().name() + " " + each.path()));
    Set<String> described = new TreeSet<>();
    for (var path : DOCUMENT.get("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }

    assertThat(described).isEqualTo(served);
  }

  @Test
  void saysWhichRolesAreNeeded() {
    for (Endpoint endpoint : endpoints()) {
      JsonNode operation =
          DOCUMENT
              .get("paths")
              .get(endpoint.path().text())
              .get(endpoint.method().name().toLowerCase(Locale.ROOT));

      assertThat(operation.get("summary").asText()).endsWith("Role: " + endpoint.role() + ".");
    }
  }

  @Test
  void refersToNothing_thatIsNotThere() {
    for (String reference : DOCUMENT.findValuesAsText("$ref")) {
      assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void describesWhatTheListsAnswer() throws Exception {
    for (var path : DOCUMENT.get("paths").properties()) {
      if (path.getValue().has("get") && !path.getKey().contains("{")) {
        String body = easel.api.get(path.getKey()).body();
        JsonNode schema =
            path.getValue().at("/get/responses/200/content/application~1json/schema").deepCopy();
        JsonNode root =
            TestApi.JSON
                .createObjectNode()
                .<ObjectNode>set("allOf", TestApi.JSON.createArrayNode().add(schema))
                .set("components", DOCUMENT.get("components"));

        assertThat(
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(root)
                    .validate(body, InputFormat.JSON))
            .as(path.getKey() + " " + body)
            .isEmpty();
      }
    }
  }
}
