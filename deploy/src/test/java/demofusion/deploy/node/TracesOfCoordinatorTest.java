package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.trace.otlp.OtlpSettings;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a coordinator sends traces, and what lets it in there. */
class TracesOfCoordinatorTest {
  private static final Map<Setting, String> COLLECTOR =
      Map.of(Setting.OTLP, "http://collector:4318");
  private static final Map<String, String> VARIABLE =
      Map.of("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20abc");

  @Test
  void takesHeadersFromOpenTelemetrysVariable_andOptionsOverThem() {
    OtlpSettings ofVariable =
        OperatorSettings.otlp(Settings.read(COLLECTOR, VARIABLE, null)).orElseThrow();
    assertThat(ofVariable.headers().values())
        .containsExactly(Map.entry("Authorization", "Bearer abc"));

    Map<Setting, String> options =
        Map.of(Setting.OTLP, "http://collector:4318", Setting.OTLP_HEADERS, "x-key=1,y-key=2");
    OtlpSettings ofOptions =
        OperatorSettings.otlp(Settings.read(options, VARIABLE, null)).orElseThrow();
    assertThat(ofOptions.headers().values())
        .containsExactly(Map.entry("x-key", "1"), Map.entry("y-key", "2"));
  }

  @Test
  void refusesHeadersForNobody_unlessTheyAreThoseOfAllPrograms() {
    assertThat(OperatorSettings.otlp(Settings.read(Map.of(), VARIABLE, null))).isEmpty();
    assertThatThrownBy(
            () ->
                OperatorSettings.otlp(
                    Settings.read(Map.of(Setting.OTLP_HEADERS, "x-key=1"), Map.of(), null)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--otlp-header says what a collector is sent")
        .hasMessageNotContaining("x-key=1");
  }

  @Test
  void showsThatThereAreHeaders_andNotWhichOnes() {
    assertThat(
            Settings.read(COLLECTOR, VARIABLE, null).lines(Setting.OF_COORDINATOR).stream()
                .filter(line -> line.contains("otlp-headers")))
        .singleElement()
        .asString()
        .contains("demofusion.coordinator.otlp-headers = \"(not shown)\"")
        .endsWith("# OTEL_EXPORTER_OTLP_HEADERS");
    assertThat(
            String.join(
                "\n", Settings.read(COLLECTOR, VARIABLE, null).lines(Setting.OF_COORDINATOR)))
        .contains("http://collector:4318")
        .doesNotContain("abc");
  }

  @Test
  void refusesWhatWasShown_whenItComesBackAsASetting() {
    Map<Setting, String> options =
        Map.of(Setting.OTLP, "http://collector:4318", Setting.OTLP_HEADERS, "(not shown)");

    assertThatThrownBy(() -> OperatorSettings.otlp(Settings.read(options, Map.of(), null)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--otlp-header must be NAME=VALUE");
  }
}
