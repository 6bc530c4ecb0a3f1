package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.ForeignProgram;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator behind Debian's nginx, which has the certificate and a path of its own, by the very
 * settings that guides/rented-gpus.md gives.
 */
class DialOutNginxIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "128x128", "steps", 3, "seed", 5);

  private static final Path GUIDE = Path.of("guides", "rented-gpus.md");

  @TempDir Path folder;
  private final String door = FarmProcesses.freeAddress();

  @BeforeEach
  void needsNginx() {
    ForeignProgram.require("nginx", "nginx-light of Debian");
  }

  @Test
  void drawsThroughAProxyWithAPath_andLetsInNobodyElse() throws Exception {
    Distribution here = Distribution.builtOne(folder);
    here.run("certificates", "proxy-tls", "--host", "127.0.0.1");
    try (FarmProcesses farm = new FarmProcesses(folder, "dial-out-nginx")) {
      Path tokens = folder.resolve("tokens");
      String operator = farm.token("ann", "operate", tokens);
      String url = "https://" + door + "/render";
      String[] access = {"--ca", "proxy-tls/ca.crt", "--token-file"};
      String work = file("worker.token", farm.token("rented", "work", tokens));
      String submit = file("submit.token", farm.token("ann-too", "submit", tokens));
      farm.coordinator("--tokens", tokens.toString());
      Process nginx = nginx(farm.url());
      try {
        farm.worker("rented", "millis=5", "--join", url, access[0], access[1], access[2], work);
        FarmNode wrong =
            farm.worker(
                "wrong", "millis=5", "--join", url, access[0], access[1], access[2], submit);
        FarmNode distrustful =
            farm.worker("distrustful", "millis=5", "--join", url, access[2], work);
        FarmNode elsewhere =
            farm.worker(
                "elsewhere",
                "millis=5",
                "--join",
                url + "/x",
                access[0],
                access[1],
                access[2],
                work);
        FarmApi api = farm.api(operator);
        api.awaitWorker("rented", "ready");

        String job = api.submit(PICTURE);

        assertThat(api.awaitBits(job))
            .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
        for (FarmNode refused : List.of(wrong, distrustful, elsewhere)) {
          refused.awaitLog("event=not-joined", 1);
        }
        assertThat(wrong.log()).anyMatch(line -> line.contains("give one of the role work"));
        assertThat(distrustful.log())
            .anyMatch(line -> line.contains("not signed by a known authority"));
        assertThat(elsewhere.log()).anyMatch(line -> line.contains("answers 404"));
        assertThat(api.get("/v1/workers").path("workers")).hasSize(1);
        showsThePageUnderItsPath(operator);
      } finally {
        nginx.destroy();
        nginx.waitFor();
      }
    }
  }

  /** Links are relative; what the coordinator answers has the path that nginx takes off. */
  private void showsThePageUnderItsPath(String token) throws Exception {
    String page = curl("-i", "-H", "Authorization: Bearer " + token, "/render/");
    String script = curl("-i", "-H", "Authorization: Bearer " + token, "/render/web/app.js");
    String session = curl("-i", "--data-urlencode", "token=" + token, "/render/session");
    String job =
        curl(
            "-i",
            "-H",
            "Authorization: Bearer " + token,
            "--json",
            "{\"prompt\": \"a fox\", \"size\": \"128x128\", \"steps\": 1}",
            "/render/v1/jobs");

    assertThat(page).contains("200 OK").contains("src=\"web/app.js\"");
    assertThat(script).contains("200 OK");
    assertThat(session.toLowerCase(Locale.ROOT))
        .contains("location: /render/\r\n")
        .contains("path=/render;")
        .contains("secure");
    assertThat(job.toLowerCase(Locale.ROOT)).contains("location: /render/v1/jobs/");
  }

  private String curl(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("curl", "-sS", "--http1.1"));
    line.addAll(List.of("--cacert", folder + "/proxy-tls/ca.crt"));
    line.addAll(List.of(words).subList(0, words.length - 1));
    line.add("https://" + door + words[words.length - 1]);
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private String file(String name, String words) throws IOException {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, words).toString();
  }

  /** As the guide has it, with this test's addresses and files for those of the example. */
  private Process nginx(String coordinator) throws IOException {
    String site =
        settingsOfTheGuide()
            .replace("listen 443 ssl", "listen " + door + " ssl")
            .replace("server_name farm.example", "server_name 127.0.0.1")
            .replace("/etc/ssl/farm.example.crt", folder + "/proxy-tls/127.0.0.1.crt")
            .replace("/etc/ssl/farm.example.key", folder + "/proxy-tls/127.0.0.1.key")
            .replace("http://127.0.0.1:7980", coordinator);
    String temporary =
        List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
            .map(each -> each + "_temp_path " + each + ";\n")
            .collect(Collectors.joining());
    Path settings =
        Files.writeString(
            folder.resolve("nginx.conf"),
            "user root;\n"
                + "daemon off;\n"
                + "pid nginx.pid;\n"
                + "error_log nginx.log;\n"
                + "events {}\n"
                + "http {\n"
                + "access_log off;\n"
                + temporary
                + site
                + "}\n");
    File log = new File("target/farm-logs/dial-out-nginx/nginx.log").getAbsoluteFile();
    return new ProcessBuilder(
            "nginx", "-p", folder.toString(), "-e", log.toString(), "-c", settings.toString())
        .redirectErrorStream(true)
        .redirectOutput(log)
        .start();
  }

  private static String settingsOfTheGuide() throws IOException {
    String guide = Files.readString(GUIDE);
    String from = guide.substring(guide.indexOf("    map $http_upgrade"));
    return from.lines()
        .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
