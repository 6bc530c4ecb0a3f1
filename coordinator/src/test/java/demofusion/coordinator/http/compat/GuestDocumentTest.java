package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GeneratedCopy;
import demofusion.coordinator.http.OpenApiDocument;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.openai.ImageRequest;
import demofusion.coordinator.http.compat.openai.OpenAiApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The guests' document and the server say the same. */
class GuestDocumentTest {
  private static final String HEAD =
      """
      openapi: '3.1.0',
      info: {
        title: "demofusion-cluster: other programs' APIs", version: '1',
        description: "What clients of Stable Diffusion WebUI (AUTOMATIC1111) and of OpenAI find \
      here. The farm's own API is /v1/openapi.json. Tokens are the farm's: Authorization: Bearer \
      TOKEN, or Basic with the token for the password. An answer that takes long begins with \
      spaces, which JSON may, so that the connection is not idle; what fails after that has the \
      status 200 and the words of a refusal."},
      security: [{bearer: []}, {basic: []}],
      tags: [{name: 'webui'}, {name: 'openai'}],
      components: {securitySchemes: {
        bearer: {type: 'http', scheme: 'bearer'}, basic: {type: 'http', scheme: 'basic'}}}
      """;

  private static final JsonNode DOCUMENT = document();

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private static JsonNode document() {
    try (InputStream in = GuestDocumentTest.class.getResourceAsStream(GuestDocument.RESOURCE)) {
      return TestApi.JSON.readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new StableDiffusionApi().endpoints(fixture.api.context()));
    endpoints.addAll(
        new OpenAiApi(PictureLinks.ofThisRun(RenderFixture.CLOCK))
            .endpoints(fixture.api.context()));
    return endpoints;
  }

  @Test
  void isWhatTheEndpointsAndTheRecordsSay() {
    GeneratedCopy.check(
        GuestDocument.class,
        GuestDocument.RESOURCE,
        new OpenApiDocument(OpenApiDocument.head(HEAD), new GuestsRefusals()).of(endpoints()));
  }

  @Test
  void describesEveryRoute_andNoOther() {
    Set<String> served = new TreeSet<>();
    endpoints().forEach(each -> served.add(each.method().name() + " " + each.path()));
    Set<String> described = new TreeSet<>();
    for (var path : DOCUMENT.get("paths").properties()) {
      for (String member : List.of("get", "post", "put", "delete", "patch")) {
        if (path.getValue().has(member)) {
          described.add(member.toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
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

      if (endpoint.role() == null) {
        assertThat(operation.get("security")).isEmpty();
      } else {
        assertThat(operation.get("summary").asText()).endsWith("Role: " + endpoint.role() + ".");
      }
    }
  }

  /** The schemas of these are not those of what reads them: so each name is tried. */
  @Test
  void namesOnlyFields_thatAreRead() throws Exception {
    ObjectNode fromWords = body("{\"width\": 64, \"height\": 64, \"enable_hr\": true}");
    ObjectNode fromPicture = body("{\"init_images\": [\"AAAA\"]}");
    ObjectNode image = body("{\"prompt\": \"a fox\"}");

    for (String name : names("TextToImage")) {
      assertThatThrownBy(() -> read(wrong(fromWords, name), false))
          .isInstanceOf(FieldErrors.class)
          .hasMessageContaining(name);
    }
    for (String name : names("ImageToImage")) {
      assertThatThrownBy(() -> read(wrong(fromPicture, name), true))
          .isInstanceOf(FieldErrors.class)
          .hasMessageContaining(name);
    }
    for (String name : names("ImageRequest")) {
      assertThatThrownBy(() -> ImageRequest.read(wrong(image, name), () -> 1L))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(read(fromWords, false).count()).isEqualTo(1);
    assertThat(read(fromPicture, true).count()).isEqualTo(1);
    assertThat(ImageRequest.read(image, () -> 1L).count()).isEqualTo(1);
  }

  private static ObjectNode body(String json) throws IOException {
    return (ObjectNode) TestApi.JSON.readTree(json);
  }

  private static GenerationRequest read(JsonNode body, boolean isFromPicture) {
    return GenerationRequest.read(body, isFromPicture, TestApi.JSON.createObjectNode(), () -> 1L);
  }

  /** No field of any kind may be a list of lists. */
  private static ObjectNode wrong(ObjectNode body, String name) {
    ObjectNode wrong = body.deepCopy();
    wrong.putArray(name).addArray();
    return wrong;
  }

  private static List<String> names(String schema) {
    List<String> names = new ArrayList<>();
    for (var property : DOCUMENT.at("/components/schemas/" + schema + "/properties").properties()) {
      String description = property.getValue().path("description").asText();
      if (!description.startsWith("Ignored") && !description.startsWith("Does nothing")) {
        names.add(property.getKey());
      }
    }
    return names;
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
        String body = fixture.api.get(path.getKey()).body();
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
