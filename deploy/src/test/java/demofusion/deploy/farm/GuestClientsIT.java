package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.Image;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImageGenerateParams.Size;
import demofusion.deploy.Distribution;
import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import demofusion.deploy.NodePackages;
import demofusion.deploy.PythonEnvironment;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that know nothing of this program, unmodified, against a farm with the miniature. */
class GuestClientsIT {
  private static final List<String> CLIENTS =
      List.of("openai==3.54.0", "webuiapi==0.9.17", "requests==2.34.2");

  /** WebUI's besides; each as its index has it newest. */
  private static final List<String> WEBUIS_CLIENTS =
      List.of(
          "webuiapi==0.9.17",
          "aaa1111==0.1.0.dev7",
          "easyai-sdwebui-api==0.1.5",
          "sd-backend-client==0.5.0",
          "aiohttp==3.14.5",
          "requests==2.34.2");

  @TempDir static Path folder;
  private static FarmProcesses farm;
  private static String token;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    Path tokens = folder.resolve("tokens");
    token =
        Distribution.builtOne(folder)
            .run("token", "ann", "--role", "submit", "--tokens", tokens.toString())
            .out()
            .strip();
    farm = new FarmProcesses(folder, "guests");
    farm.coordinator("--tokens", tokens.toString());
    farm.start("worker", List.of("worker", "--name", "worker", "--join", farm.address()));
    url = farm.url();
    try (OpenAiClient client = OpenAiClient.of(token)) {
      Await.until(
          "the worker",
          Duration.ofMinutes(2),
          () -> !client.get().models().list().data().isEmpty(),
          () -> "no model");
    }
  }

  @AfterAll
  static void stop() {
    farm.close();
  }

  /** OpenAI's own client for Java. */
  private record OpenAiClient(OpenAIClient get) implements AutoCloseable {
    static OpenAiClient of(String key) {
      return new OpenAiClient(
          OpenAIOkHttpClient.builder().apiKey(key).baseUrl(url + "/v1").maxRetries(0).build());
    }

    @Override
    public void close() {
      get.close();
    }
  }

  @Test
  void drawsForOpenAisClient() throws Exception {
    try (OpenAiClient client = OpenAiClient.of(token)) {
      List<Image> drawn =
          client
              .get()
              .images()
              .generate(
                  ImageGenerateParams.builder()
                      .prompt("a fox")
                      .model("dall-e-2")
                      .n(2)
                      .size(Size.of("256x192"))
                      .putAdditionalBodyProperty("response_format", JsonValue.from("b64_json"))
                      .putAdditionalBodyProperty(
                          "demofusion", JsonValue.from(Map.of("steps", 4, "seed", 7)))
                      .build())
              .data()
              .orElseThrow();

      assertThat(drawn).hasSize(2);
      for (Image image : drawn) {
        byte[] png = Base64.getDecoder().decode(image.b64Json().orElseThrow());
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(256);
      }
      assertThat(client.get().models().retrieve("miniature").ownedBy()).isEqualTo("demofusion");
    }
  }

  @Test
  void isUnderstood_whenItRefuses() {
    try (OpenAiClient client = OpenAiClient.of(token);
        OpenAiClient stranger = OpenAiClient.of("wrong")) {
      assertThatThrownBy(
              () ->
                  client
                      .get()
                      .images()
                      .generate(
                          ImageGenerateParams.builder()
                              .prompt("a fox")
                              .size(Size.of("large"))
                              .build()))
          .isInstanceOfSatisfying(
              BadRequestException.class, e -> assertThat(e.param()).hasValue("size"));
      assertThatThrownBy(() -> stranger.get().models().list())
          .isInstanceOfSatisfying(
              UnauthorizedException.class, e -> assertThat(e.code()).hasValue("invalid_api_key"));
    }
  }

  @Test
  void drawsForPythonsClients() throws Exception {
    assertThatAllIsWell(python("clients", CLIENTS, "clients.py"));
  }

  @Test
  void drawsForWebUisClients_ofPython() throws Exception {
    assertThatAllIsWell(python("webui-clients", WEBUIS_CLIENTS, "webui.py"));
  }

  @Test
  void drawsForWebUisClients_ofJavaScript() throws Exception {
    assertThatAllIsWell(NodePackages.of("/clients").run("/clients", "webui.mjs", url, token));
  }

  private static Said python(String environment, List<String> packages, String name)
      throws Exception {
    ForeignProgram python = PythonEnvironment.with(environment, packages).python();
    Path script = folder.resolve(name);
    try (var in = GuestClientsIT.class.getResourceAsStream("/clients/" + name)) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    return python.run(script.toString(), url, token);
  }

  private static void assertThatAllIsWell(Said said) {
    assertThat(said.exitCode()).as(said.words()).isZero();
    assertThat(said.words()).contains("all is well");
  }
}
