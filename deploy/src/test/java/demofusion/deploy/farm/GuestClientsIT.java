package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.Image;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImageGenerateParams.Size;
import demofusion.deploy.Distribution;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that know nothing of this program, unmodified, against a farm with the miniature. */
class GuestClientsIT {
  private static final String[] CLIENTS = {
    "openai==3.54.0", "webuiapi==0.9.17", "requests==2.34.2"
  };
  private static final int PATIENCE_MINUTES = 8;

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
    Path python = pythonWithClients();
    Path script = folder.resolve("clients.py");
    try (var in = GuestClientsIT.class.getResourceAsStream("/clients/clients.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    Path words = folder.resolve("clients.txt");

    int code = run(words, python.toString(), script.toString(), url, token);

    assertThat(code).as(Files.readString(words)).isZero();
    assertThat(Files.readString(words)).contains("all is well");
  }

  /** In a folder of its own, or the test is skipped: this program needs no Python. */
  private static Path pythonWithClients() throws Exception {
    Path home = Path.of("target", "python-clients").toAbsolutePath();
    Path python = home.resolve("bin/python");
    Path words = folder.resolve("pip.txt");
    if (!Files.exists(python)) {
      assumeTrue(
          run(words, "python3", "-m", "venv", home.toString()) == 0,
          () -> "there is no python3 with venv here: " + read(words));
    }
    String[] install = {python.toString(), "-m", "pip", "install", "--quiet"};
    String[] line = new String[install.length + CLIENTS.length];
    System.arraycopy(install, 0, line, 0, install.length);
    System.arraycopy(CLIENTS, 0, line, install.length, CLIENTS.length);
    assumeTrue(run(words, line) == 0, () -> "pip installs no clients here: " + read(words));
    return python;
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "it cannot be started";
    } catch (IOException e) {
      return "it said nothing that can be read";
    }
  }

  private static int run(Path words, String... line) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(words.toFile()).start();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(line[0] + " is still running: " + read(words));
      }
      return process.exitValue();
    } catch (IOException e) {
      return 127;
    }
  }
}
