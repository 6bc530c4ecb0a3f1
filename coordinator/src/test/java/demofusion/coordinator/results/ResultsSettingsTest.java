package demofusion.coordinator.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "s3://pictures, pictures, ''",
    "s3://pictures/, pictures, ''",
    "s3://pictures/farm, pictures, farm/",
    "s3://my.pictures-1/farm/2026//, my.pictures-1, farm/2026/",
  })
  void knowBucketAndPrefix(String location, String bucket, String prefix) {
    ResultsSettings settings = parse(location, null);

    assertThat(settings.bucket()).isEqualTo(bucket);
    assertThat(settings.prefix()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pictures",
        "s3://",
        "s3://Pictures",
        "s3://ab",
        "gs://pictures",
        "s3://pictures/a b"
      })
  void refuseWhatIsNoBucket(String location) {
    assertThatThrownBy(() -> parse(location, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(
            "--results \"" + location + "\" must be s3://BUCKET or s3://BUCKET/PREFIX");
  }

  @Test
  void refuseAPrefixWithEmptyParts() {
    assertThatThrownBy(() -> parse("s3://pictures/a//b", null))
        .hasMessageContaining("no empty part between slashes");
  }

  @Test
  void takeAnEndpoint() {
    assertThat(parse("s3://pictures", "https://minio.example:9000").endpoint())
        .isEqualTo(URI.create("https://minio.example:9000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minio.example:9000", "ftp://minio.example", "http://", "http://a b"})
  void refuseWhatIsNoUrl(String endpoint) {
    assertThatThrownBy(() -> parse("s3://pictures", endpoint))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("--s3-endpoint \"" + endpoint + "\" must be a URL such as");
  }

  @Test
  void doNotRepeatAPasswordInAnEndpoint() {
    assertThatThrownBy(() -> parse("s3://pictures", "https://me:hush@minio.example"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("--s3-endpoint must be a URL")
        .hasMessageNotContaining("hush");
  }

  private static ResultsSettings parse(String location, @Nullable String endpoint) {
    return ResultsSettings.parse("--results", location, "--s3-endpoint", endpoint, null);
  }
}
