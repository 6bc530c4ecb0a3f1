package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationFileTest {
  private static final Calibration CARD = Calibrations.of("NVIDIA GeForce RTX 3090", "float16");

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), CalibrationFile.write(CARD));

    assertThat(CalibrationFile.read(file)).isEqualTo(CARD);
    assertThat(CARD.matrixShare(CARD.forwards().get(0))).isEqualTo(50 / 66.5);
  }

  @Test
  void findsItInASelftestsReport() {
    String report = "{\"passed\":true,\"calibration\":" + CalibrationFile.write(CARD) + "}";

    assertThat(parse(report)).isEqualTo(CARD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "3",
        "[]",
        "{}",
        "{",
        "{\"passed\":true}",
        "{\"calibration\":null}",
        "{\"calibration\":7}",
        "{\"matrixTeraflops\":3}",
        "{\"format\":1,\"format\":1}",
      })
  void refusesWhatIsNoCalibration(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("cannot take x.json as calibration: ")
        .hasMessageEndingWith("; write one with demofusion selftest --json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":1|\"format\":2|format is 2; it must be 1",
        "\"format\":1|\"format\":1.5|its format is no value of this format",
        "\"format\":1|\"format\":1,\"more\":1|its more is no value of this format",
        "\"matrixTeraflops\":66.5|\"matrixTeraflops\":-1|matrixTeraflops is -1.0; it must be above 0",
        "\"matrixTeraflops\":66.5|\"matrixTeraflops\":\"66\"|its matrixTeraflops is no value",
        "\"matrixTeraflops\":66.5|\"matrixTeraflops\":1e400|matrixTeraflops is Infinity",
        "\"gapShare\":0.004|\"gapShare\":1|gapShare is 1.0; it must be at least 0 and below 1",
        "\"height\":128|\"height\":0|forwards.height is 0; it must be between 1 and 4096",
        "\"views\":4|\"views\":257|forwards.views is 257; it must be between 1 and 256",
        "\"seconds\":0.24|\"seconds\":null|its forwards.seconds is no value",
        "\"task\":\"encode\"|\"task\":\"draw\"|pictures.task is draw; it must be decode or encode",
        "\"precision\":\"float16\"|\"precision\":\"float8\"|precision \"float8\" must be float32",
        "\"toDevice\":1.2E10|\"toDevice\":0|transfers.toDevice is 0.0; it must be above 0",
        "\"peakBytes\":8589934592|\"peakBytes\":-1|memory.peakBytes is -1; it must be between 0",
        "\"hash\":\"0123abcd\"|\"hash\":\"\\u0007\"|model.hash is with control characters",
        "\"hash\":\"0123abcd\"|\"hash\":null|model.hash is missing; it must be given",
      })
  void saysInOneSentenceWhatIsWrong(String part, String instead, String sentence) {
    String json = CalibrationFile.write(CARD);
    assertThat(json).contains(part);

    assertThatThrownBy(() -> parse(json.replace(part, instead)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void refusesFilesThatAreMissingOrTooLarge() throws IOException {
    Path large = Files.write(folder.resolve("large.json"), new byte[(4 << 20) + 1]);

    assertThatThrownBy(() -> CalibrationFile.read(folder.resolve("none.json")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> CalibrationFile.read(large)).hasMessageContaining("larger than 4 MiB");
    assertThatThrownBy(() -> CalibrationFile.read(folder)).hasMessageContaining("cannot be read");
  }

  private static Calibration parse(String json) {
    return CalibrationFile.parse("x.json", json.getBytes(StandardCharsets.UTF_8));
  }
}
