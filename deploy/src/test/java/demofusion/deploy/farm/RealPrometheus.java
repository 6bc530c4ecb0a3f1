package demofusion.deploy.farm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.Dashboards;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian's Prometheus as a process, with our rules sixty times faster: where they say minutes, it
 * takes seconds.
 */
final class RealPrometheus implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Await.LONG;
  private static final Pattern TIME = Pattern.compile("(?<=[\\[:] ?)(\\d+)([mh])(?=[\\]:\\n])");
  private static final Pattern AGE = Pattern.compile("(_age_seconds\\) > )(\\d+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address = FarmProcesses.freeAddress();
  private final Process process;
  private final Path log;

  RealPrometheus(Path folder, List<String> targets) throws IOException {
    Files.createDirectories(folder.resolve("rules"));
    for (Path rules : Dashboards.files(Dashboards.PROMETHEUS.resolve("rules"), ".yml")) {
      Files.writeString(
          folder.resolve("rules").resolve(rules.getFileName()), faster(Dashboards.text(rules)));
    }
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n"
            + "rule_files: [rules/*.yml]\n"
            + "scrape_configs:\n"
            + "  - { job_name: demofusion, static_configs: [{ targets: ['"
            + String.join("', '", targets)
            + "'] }] }\n");
    log = folder.resolve("prometheus.log");
    process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("series"),
                "--web.listen-address=" + address,
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Await.until("Prometheus is ready", PATIENCE, this::isReady, this::log);
  }

  /** Why there is none; empty where there is one. */
  static String missing() {
    for (String program : List.of("prometheus", "promtool")) {
      boolean isThere =
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      if (!isThere) {
        return "there is no "
            + program
            + " here: apt-get install --no-install-recommends prometheus";
      }
    }
    return "";
  }

  /** Minutes become seconds, hours minutes; ages that are seconds already shrink likewise. */
  static String faster(String rules) {
    String text =
        TIME.matcher(rules)
            .replaceAll(time -> time.group(1) + (time.group(2).equals("m") ? "s" : "m"));
    return AGE.matcher(text)
        .replaceAll(
            age -> Matcher.quoteReplacement(age.group(1) + Integer.parseInt(age.group(2)) / 60));
  }

  /** Whether something is answered, and a number. */
  boolean answers(String expression) {
    for (JsonNode sample : result(expression)) {
      if (!sample.at("/value/1").asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  private JsonNode result(String expression) {
    JsonNode answer =
        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(expression + ": " + answer);
    }
    return answer.at("/data/result");
  }

  /** The alerts that fire now. */
  Set<String> firing() {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : get("/api/v1/alerts").at("/data/alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        names.add(alert.at("/labels/alertname").asText());
      }
    }
    return names;
  }

  void awaitFiring(String... alerts) {
    Set<String> seen = new TreeSet<>();
    Await.until(
        String.join(", ", alerts) + " fire",
        PATIENCE.multipliedBy(2),
        () -> {
          seen.addAll(firing());
          return seen.containsAll(List.of(alerts));
        },
        () -> "fired: " + seen + "\n" + get("/api/v1/alerts"));
  }

  /** The alerts that fire now or did since this was started. */
  Set<String> fired() {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : result("max_over_time(ALERTS{alertstate=\"firing\"}[1h])")) {
      names.add(alert.at("/metric/alertname").asText());
    }
    return names;
  }

  /** For what ends by itself, perhaps before anybody asks. */
  void awaitFired(String... alerts) {
    Await.until(
        String.join(", ", alerts) + " have fired",
        PATIENCE.multipliedBy(2),
        () -> fired().containsAll(List.of(alerts)),
        () -> "fired: " + fired() + "\n" + get("/api/v1/alerts"));
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError(log());
    }
    try {
      return client.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode get(String path) {
    try {
      return JSON.readTree(client.send(request(path), BodyHandlers.ofString()).body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
  }

  private String log() {
    return Dashboards.text(log);
  }

  /** What promtool says to a file or to its standard input; it has to be content. */
  static String promtool(File input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process promtool =
        new ProcessBuilder(command).redirectInput(input).redirectErrorStream(true).start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!promtool.waitFor(1, TimeUnit.MINUTES) || promtool.exitValue() != 0) {
      throw new AssertionError(String.join(" ", command) + "\n" + said);
    }
    return said;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
