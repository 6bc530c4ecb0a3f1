package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model recommends, and what operators set over it, in the jobs that are accepted. */
class ModelSettingsTest {
  private static final ModelCard CARD =
      FakeWorker.CARD.withSettings(new ModelSettings(Map.of("steps", 9, "guidanceScale", 3)));
  private static final RenderSpec SILENT = RenderSpec.of("a fox", 1).sized(new PixelExtent(64, 64));

  @TempDir Path temp;

  private JobKeeperFixture open() {
    JobKeeperFixture.remember(temp, CARD);
    return reopen();
  }

  private JobKeeperFixture reopen() {
    return JobKeeperFixture.empty(temp);
  }

  private static RenderSpec stored(JobKeeperFixture farm, RenderSpec asked) {
    JobId job = farm.accepted(JobKeeperFixture.request(asked));
    return JobFolder.peek(farm.folder(job)).orElseThrow().spec();
  }

  private static Jobs.ModelSettingsReply change(
      JobKeeperFixture farm, String model, Map<String, @Nullable Object> changes) {
    TestProbe<Jobs.ModelSettingsReply> replies = farm.kit.createTestProbe();
    farm.keeper.tell(new Jobs.ChangeModelSettings(model, changes, replies.getRef()));
    return replies.receiveMessage();
  }

  private static List<ModelSettingsView> shown(JobKeeperFixture farm) {
    TestProbe<ModelSettingsList> replies = farm.kit.createTestProbe();
    farm.keeper.tell(new Jobs.ShowModelSettings(replies.getRef()));
    return replies.receiveMessage().models();
  }

  @Test
  void areStoredWithTheJob_whereItsRequestIsSilent() {
    try (JobKeeperFixture farm = open()) {
      RenderSpec stored = stored(farm, SILENT);

      assertThat(stored.steps()).isEqualTo(9);
      assertThat(stored.guidance().orStandard()).isEqualTo(new Guidance(3, 0));
      assertThat(stored(farm, SILENT.toBuilder().steps(4).build()).steps()).isEqualTo(4);
    }
  }

  @Test
  void areNoModels_whoSaysNothing_asEver() {
    JobKeeperFixture.remember(temp, FakeWorker.CARD);
    try (JobKeeperFixture farm = reopen()) {
      assertThat(stored(farm, SILENT)).isEqualTo(SILENT.withStandards());
    }
  }

  @Test
  void areOperators_overTheModels_andOutliveTheCoordinator() {
    try (JobKeeperFixture farm = open()) {
      change(farm, "toy", Map.of("steps", 5, "stride", 4));
      farm.stopCleanly();
    }
    try (JobKeeperFixture farm = reopen()) {
      RenderSpec stored = stored(farm, SILENT);

      assertThat(stored.steps()).isEqualTo(5);
      assertThat(stored.stride()).isEqualTo(4);
      assertThat(stored.guidance().scale()).isEqualTo(3);
      assertThat(shown(farm))
          .containsExactly(
              new ModelSettingsView(
                  "toy",
                  CARD.hash(),
                  Map.of("steps", 5, "stride", 4, "guidanceScale", 3),
                  Map.of("steps", 9, "guidanceScale", 3),
                  Map.of("steps", 5, "stride", 4)));
    }
  }

  @Test
  void areTheModelsAgain_whenOperatorsTakeTheirsBack_andEarlierJobsKeepTheirs() {
    Map<String, @Nullable Object> back = new HashMap<>();
    back.put("steps", null);
    try (JobKeeperFixture farm = open()) {
      change(farm, "toy", Map.of("steps", 5));
      JobId before = farm.accepted(JobKeeperFixture.request(SILENT));

      ModelSettingsView now = Objects.requireNonNull(change(farm, "toy", back).settings());

      assertThat(now.ofOperator()).isEmpty();
      assertThat(stored(farm, SILENT).steps()).isEqualTo(9);
      assertThat(JobFolder.peek(farm.folder(before)).orElseThrow().spec().steps()).isEqualTo(5);
    }
  }

  @Test
  void areRefused_whereNoRequestCouldSayThem_orNobodyHasTheModel() {
    try (JobKeeperFixture farm = open()) {
      var outside = Objects.requireNonNull(change(farm, "toy", Map.of("steps", 0)).refusal());
      var nobodys = Objects.requireNonNull(change(farm, "sdxl", Map.of("steps", 5)).refusal());

      assertThat(outside.userMessage()).contains("steps 0 must be between 1 and 1000");
      assertThat(nobodys.code()).isEqualTo(FailureCode.NOT_FOUND);
      assertThat(nobodys.userMessage()).contains("toy@float32@cpu");
      assertThat(Files.exists(farm.data.modelSettings())).isFalse();
    }
  }

  @Test
  void areForgotten_whereTheirFileCannotBeRead() throws Exception {
    JobKeeperFixture.remember(temp, CARD);
    Files.writeString(
        temp.resolve("model-settings.json"),
        "{\"settings\": {\"toy-1\": {\"steps\": 5, \"colour\": 1}, \"x\": {\"steps\": 7}}}");
    try (JobKeeperFixture farm = reopen()) {
      assertThat(stored(farm, SILENT).steps()).isEqualTo(9);
    }
  }
}
