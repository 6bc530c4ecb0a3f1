package demofusion.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** What operators look at, as it lies in {@code deploy/grafana} and {@code deploy/prometheus}. */
public final class Dashboards {
  public static final Path GRAFANA = Path.of("grafana");
  public static final Path PROMETHEUS = Path.of("prometheus");
  private static final JsonMapper JSON = new JsonMapper();

  private Dashboards() {}

  /** One question of a panel's. */
  public record Question(String dashboard, String panel, String expression) {
    @Override
    public String toString() {
      return dashboard + " / " + panel + ": " + expression;
    }
  }

  /** Each dashboard's JSON by the name of its file. */
  public static Map<String, JsonNode> all() {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (Path file : files(GRAFANA.resolve("dashboards"), ".json")) {
      try {
        all.put(file.getFileName().toString(), JSON.readTree(file.toFile()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  /** Every expression of every panel. */
  public static List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    all()
        .forEach(
            (name, dashboard) -> {
              for (JsonNode panel : dashboard.at("/panels")) {
                for (JsonNode target : panel.at("/targets")) {
                  questions.add(
                      new Question(name, panel.at("/title").asText(), target.at("/expr").asText()));
                }
              }
            });
    return questions;
  }

  /** Each alert's expression by its name. */
  public static Map<String, String> alerts() {
    Map<String, String> alerts = new LinkedHashMap<>();
    for (Path file : files(PROMETHEUS.resolve("rules"), ".yml")) {
      for (JsonNode group : JSON.valueToTree(new Yaml().load(text(file))).path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          if (rule.has("alert")) {
            alerts.put(rule.path("alert").asText(), rule.path("expr").asText());
          }
        }
      }
    }
    return alerts;
  }

  public static List<Path> files(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
