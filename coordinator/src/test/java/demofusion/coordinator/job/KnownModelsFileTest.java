package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownModelsFileTest {
  @TempDir Path temp;
  private DataFolder data;

  @BeforeEach
  void open() {
    data = DataFolder.open(temp);
  }

  @AfterEach
  void close() {
    data.close();
  }

  @Test
  void remembersModels_alsoOneWhoseSolverIsNoneOfOurs() {
    ModelCard known = FakeWorker.CARD;
    ModelCard foreign =
        new ModelCard(
            "foreign",
            "f0",
            known.geometry(),
            new SchedulerConfig(null, Map.of("_class_name", "KDPM2DiscreteScheduler")),
            known.precision(),
            known.device());

    KnownModelsFile.write(data, List.of(known, foreign));

    assertThat(KnownModelsFile.read(data)).containsExactly(known, foreign);
  }

  @Test
  void remembersNumbersThatJsonHasNot() {
    ModelCard known = FakeWorker.CARD;
    SchedulerConfig saved =
        SchedulerConfig.fromJson(
            Map.of(
                "_class_name",
                "DPMSolverMultistepScheduler",
                "lambda_min_clipped",
                Double.NEGATIVE_INFINITY,
                "sigma_max",
                Double.POSITIVE_INFINITY));
    ModelCard card =
        new ModelCard("a", "f0", known.geometry(), saved, known.precision(), known.device());

    KnownModelsFile.write(data, List.of(card));

    assertThat(KnownModelsFile.read(data)).containsExactly(card);
  }

  @Test
  void remembersWhatAModelRecommends() {
    ModelCard card =
        FakeWorker.CARD.withSettings(
            new ModelSettings(Map.of("steps", 30, "guidanceScale", 2.5f, "scheduler", "ddim")));

    KnownModelsFile.write(data, List.of(card, FakeWorker.CARD));

    assertThat(KnownModelsFile.read(data)).containsExactly(card, FakeWorker.CARD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"models\": [null]}",
        "{\"models\": [{}]}",
        "{\"models\": [{\"name\": \"a\", \"hash\": \"b\", \"precision\": \"FLOAT32\","
            + " \"device\": \"cpu\", \"scheduler\": {},"
            + " \"geometry\": null}]}",
        "{\"models\": [{\"name\": \"a\", \"hash\": \"b\", \"precision\": \"FLOAT32\","
            + " \"device\": \"cpu\", \"scheduler\": {\"steps_offset\": null},"
            + " \"geometry\": {\"sampleSize\": 8, \"latentChannels\": 4, \"vaeScaleFactor\": 8}}]}"
      })
  void knowsNothing_whenTheFileLacksSomething(String json) throws IOException {
    Files.writeString(data.models(), json);

    assertThat(KnownModelsFile.read(data)).isEmpty();
  }

  @Test
  void knowsNothing_whenThereIsNoFile() {
    assertThat(KnownModelsFile.read(data)).isEmpty();
  }
}
