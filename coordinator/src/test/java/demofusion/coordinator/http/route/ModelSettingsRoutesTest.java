package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.ModelSettingsView;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSettingsRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  @Test
  void listsWhatIsRecommendedForEachModel() throws Exception {
    api.jobs.settings.add(
        new ModelSettingsView(
            "toy", "ab01", Map.of("steps", 5), Map.of("steps", 9), Map.of("steps", 5)));

    JsonNode models = TestApi.json(api.get("/v1/model-settings")).get("models");

    assertThat(models.toString())
        .isEqualTo(
            "[{\"model\":\"toy\",\"hash\":\"ab01\",\"settings\":{\"steps\":5},"
                + "\"ofModel\":{\"steps\":9},\"ofOperator\":{\"steps\":5}}]");
  }

  @Test
  void changesSome_andTakesOthersBack() throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/model-settings/toy", "{\"steps\":30,\"size\":\"512x512\",\"stride\":null}");

    Jobs.ChangeModelSettings change = api.jobs.nextHeard(Jobs.ChangeModelSettings.class);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(change.model()).isEqualTo("toy");
    assertThat(change.changes())
        .containsEntry("steps", 30)
        .containsEntry("size", "512x512")
        .containsEntry("stride", null);
  }

  @Test
  void saysWhyItIsRefused() throws Exception {
    api.jobs.refuse(FailureCode.NOT_FOUND, "no worker has or had the model \"x\"; known: toy");

    HttpResponse<String> answer = api.post("/v1/model-settings/x", "{\"steps\":30}");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("no worker has or had the model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "", "{\"steps\":1,\"steps\":2}", "{"})
  void refusesWhatIsNoObject(String body) throws Exception {
    assertThat(api.post("/v1/model-settings/toy", body).statusCode()).isEqualTo(400);
  }
}
