package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.metrics.CoordinatorMetrics;
import demofusion.deploy.Dashboards;
import demofusion.worker.WorkerMetrics;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What dashboards, alerts and runbooks ask for is what the program counts, and the other way. */
class MetricNamesTest {
  private static final Pattern NAME =
      Pattern.compile("\\b(?:demofusion|jvm|process)_[a-z0-9_]*[a-z0-9]\\b");

  /** Counted, but on no dashboard: for who looks closer. */
  private static final Set<String> NOT_SHOWN = Set.of();

  private static final List<MetricFamilySamples> FAMILIES = families();

  private static List<MetricFamilySamples> families() {
    NodeMetrics node = new NodeMetrics("coordinator");
    CollectorRegistry registry = node.registry();
    new CoordinatorMetrics(registry, Clock.systemUTC());
    new WorkerMetrics(registry);
    return Collections.list(registry.metricFamilySamples());
  }

  @Test
  void areThere_whereverTheyAreAskedFor() {
    Set<String> known = new TreeSet<>();
    FAMILIES.forEach(family -> known.addAll(List.of(family.getNames())));

    for (Path file : documents()) {
      Matcher matcher = NAME.matcher(Dashboards.text(file));
      while (matcher.find()) {
        assertThat(known).as("%s asks for it", file).contains(matcher.group());
      }
    }
  }

  @Test
  void areShownOrListed() {
    StringBuilder shown = new StringBuilder();
    Dashboards.questions().forEach(each -> shown.append(each.expression()).append('\n'));
    Dashboards.alerts().values().forEach(each -> shown.append(each).append('\n'));
    Set<String> asked = new TreeSet<>();
    NAME.matcher(shown).results().forEach(each -> asked.add(each.group()));

    for (MetricFamilySamples family : FAMILIES) {
      if (family.name.startsWith("demofusion_") && !NOT_SHOWN.contains(family.name)) {
        assertThat(family.getNames())
            .as("%s is on no dashboard", family.name)
            .containsAnyElementsOf(asked);
      }
    }
  }

  @Test
  void areNamedAsPrometheusHasThem() {
    for (MetricFamilySamples family : FAMILIES) {
      if (family.name.startsWith("demofusion_")) {
        assertThat(family.name).matches("demofusion(_[a-z]+)+");
        assertThat(family.help).as(family.name).isNotBlank();
        assertThat(family.name)
            .doesNotContainPattern("_(millis|nanos|minutes|hours|mib|kb|percent)(_|$)");
        assertThat(List.of(family.getNames()).stream().anyMatch(name -> name.endsWith("_total")))
            .as("%s is a counter", family.name)
            .isEqualTo(family.type == Collector.Type.COUNTER);
      }
    }
  }

  @Test
  void areShownOnPanelsThatSayWhatTheyMean() {
    assertThat(Dashboards.all())
        .containsOnlyKeys("farm.json", "jobs.json", "worker.json", "coordinator.json");
    Dashboards.all().forEach(MetricNamesTest::checkDashboard);
  }

  private static void checkDashboard(String name, JsonNode dashboard) {
    assertThat(dashboard.at("/panels/0/type").asText()).as(name).isEqualTo("text");
    assertThat(dashboard.at("/panels/0/options/content").asText()).hasSizeGreaterThan(200);
    String source =
        Dashboards.text(Dashboards.GRAFANA.resolve("provisioning/datasources/prometheus.yml"));
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.at("/panels")) {
      String title = name + " / " + panel.at("/title").asText();
      assertThat(panel.at("/title").asText()).as(name).isNotBlank();
      assertThat(ids.add(panel.at("/id").asInt())).as(title).isTrue();
      if (panel.has("targets")) {
        assertThat(panel.at("/description").asText()).as(title).isNotBlank();
        assertThat(source).contains("uid: " + panel.at("/datasource/uid").asText());
        boolean hasUnit = !panel.at("/fieldConfig/defaults/unit").asText().isEmpty();
        assertThat(hasUnit || panel.at("/type").asText().equals("table")).as(title).isTrue();
      }
    }
  }

  @Test
  void haveARunbookForEachAlert_andACaseForEachOfThem() {
    String cases = Dashboards.text(Dashboards.PROMETHEUS.resolve("tests/demofusion.yml"));
    String rules = Dashboards.text(Dashboards.PROMETHEUS.resolve("rules/demofusion.yml"));

    assertThat(Dashboards.alerts()).hasSize(rules.split("- alert: ", -1).length - 1);
    for (String alert : Dashboards.alerts().keySet()) {
      assertThat(cases).contains("alertname: " + alert + ", exp_alerts: []");
      assertThat(cases).containsPattern("alertname: " + alert + "\\s+exp_alerts:\\s+- exp_labels");
    }
    Matcher runbook = Pattern.compile("runbook: '?(\\S+?\\.md)'?").matcher(rules);
    while (runbook.find()) {
      assertThat(Files.isRegularFile(Dashboards.PROMETHEUS.resolve(runbook.group(1))))
          .as(runbook.group(1))
          .isTrue();
    }
  }

  private static List<Path> documents() {
    List<Path> all = new java.util.ArrayList<>();
    all.addAll(Dashboards.files(Dashboards.GRAFANA, ".json"));
    all.addAll(Dashboards.files(Dashboards.GRAFANA, ".md"));
    all.addAll(Dashboards.files(Dashboards.PROMETHEUS, ".yml"));
    all.addAll(Dashboards.files(Dashboards.PROMETHEUS, ".md"));
    return all;
  }
}
