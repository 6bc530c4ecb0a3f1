package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.results.ResultsSettings;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsOfCoordinatorTest {
  private static ResultsSettings results(Map<Setting, String> options) {
    return OperatorSettings.results(Settings.read(options, Map.of(), null)).orElseThrow();
  }

  @Test
  void stayHere_whenNobodySaysWhereTo() {
    assertThat(OperatorSettings.results(Settings.read(Map.of(), Map.of(), null))).isEmpty();
  }

  @Test
  void goToABucket() {
    Map<Setting, String> options =
        Map.of(
            Setting.RESULTS, "s3://pictures/farm",
            Setting.S3_ENDPOINT, "http://minio:9000",
            Setting.S3_REGION, "eu-central-1");

    assertThat(results(options))
        .isEqualTo(
            new ResultsSettings(
                "pictures", "farm/", URI.create("http://minio:9000"), "eu-central-1"));
  }

  @Test
  void areKeptHereForAWhile_whenSomebodySaysSo() {
    Map<Setting, String> options =
        Map.of(Setting.RESULTS, "s3://pictures/farm", Setting.KEEP_LOCAL, "7d");

    assertThat(results(options).keepLocal()).isEqualTo(Duration.ofDays(7));
    assertThat(results(Map.of(Setting.RESULTS, "s3://pictures")).keepLocal()).isNull();
  }

  @Test
  void areNotRemovedHere_whenTheyAreNowhereElse() {
    assertThatThrownBy(() -> results(Map.of(Setting.KEEP_LOCAL, "7d")))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "--keep-local removes images that an object store has, and there is none: add --results"
                + " s3://BUCKET/PREFIX, or leave it out");
  }

  @Test
  void areRefused_whenThereIsAnEndpointAndNoBucket() {
    Map<Setting, String> options = Map.of(Setting.S3_ENDPOINT, "http://minio:9000");

    assertThatThrownBy(() -> results(options))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "--s3-endpoint says how to reach an object store, and there is none: add --results"
                + " s3://BUCKET/PREFIX, or leave it out");
  }
}
