package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import demofusion.deploy.security.TlsFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demofusion serve} as a process: one command, and there is a page. */
class ServeIT {
  private static final Pattern ADDRESS =
      Pattern.compile("the page is running at (http://[0-9.:]+/)");

  private static final Pattern SECURE =
      Pattern.compile("the page is running at (https://127.0.0.9:\\d+)/");

  @TempDir Path folder;

  @Test
  void showsAPage_andDrawsByItself() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "serve")) {
      FarmNode serve =
          farm.start(
              "serve",
              List.of(
                  "serve",
                  "--http",
                  "127.0.0.1:0",
                  "--data",
                  farm.data().toString(),
                  "--synthetic",
                  "window=8"));
      serve.awaitLog("the page is running at ", 1);
      Matcher address = ADDRESS.matcher(String.join("\n", serve.log()));
      assertThat(address.find()).isTrue();
      URI page = URI.create(address.group(1));

      HttpResponse<String> shown =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      FarmApi api = new FarmApi(page, farm.data());
      api.awaitWorker("worker-1", "ready");
      String job = api.submit(Map.of("prompt", "a fox", "size", "64x64", "steps", 1));

      assertThat(shown.statusCode()).isEqualTo(200);
      assertThat(shown.body()).contains("web/app.js");
      api.await(job, "is done", view -> view.path("state").asText().equals("done"));
      serve.signal("TERM");
      assertThat(serve.awaitExit()).isZero();
    }
  }

  /** 127.0.0.9 is nobody's usual name of this machine, so it is served as the network would be. */
  @Test
  void asksForATokenOverHttps_whereOthersLook() throws Exception {
    Distribution distribution = Distribution.builtOne(folder);
    distribution.run("certificates", "serve-tls", "--host", "127.0.0.9");
    try (FarmProcesses farm = new FarmProcesses(folder, "serve-https")) {
      String token = farm.token("ann", "operate", folder.resolve("serve-tokens"));
      FarmNode serve =
          farm.start(
              "serve",
              List.of(
                  ("serve --http 127.0.0.9:0 --tls serve-tls --tokens serve-tokens"
                          + " --synthetic window=8")
                      .split(" ")));
      serve.awaitLog("the page is running at ", 1);
      Matcher address = SECURE.matcher(String.join("\n", serve.log()));
      assertThat(address.find()).as(String.join("\n", serve.log())).isTrue();
      HttpClient client =
          HttpClient.newBuilder()
              .sslContext(TlsFiles.trusting(folder.resolve("serve-tls/ca.crt")))
              .build();
      URI page = URI.create(address.group(1) + "/");

      var stranger = client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      Said workers =
          distribution.run(
              Map.of(
                  "DEMOFUSION_COORDINATOR",
                  address.group(1),
                  "DEMOFUSION_CA",
                  "serve-tls/ca.crt",
                  "DEMOFUSION_TOKEN",
                  token),
              "workers");

      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(workers.exitCode()).as(workers.err()).isZero();
      serve.signal("INT");
      assertThat(serve.awaitExit()).isEqualTo(130);
    }
  }
}
