package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm of real processes, one of whose workers turns one bit of one number in every thousandth
 * result. Everything is audited: it is found out, and no picture has a wrong bit.
 */
class LyingWorkerIT {
  /** Of some 1,800 view batches, each of which three workers draw twice. */
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "256x256", "steps", 16, "seed", 7, "viewBatch", "1");

  private static final int MOST_PICTURES = 5;
  private static final int MOST_LIARS = 5;
  private static final String TAKEN_AGAIN = "event=timestep-taken-again";

  @TempDir Path folder;

  @Test
  void findsTheWorkerThatLiesOnceInAThousandResults_andDrawsTheRightBits() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "liar")) {
      FarmNode coordinator = farm.coordinator("--audit", "1");
      FarmApi api = farm.api();
      farm.worker("liar", "flip-every=1000");
      farm.worker("one", "millis=1");
      farm.worker("two", "millis=1");
      for (String worker : new String[] {"liar", "one", "two"}) {
        api.awaitWorker(worker, "ready");
      }

      String job = api.submit(PICTURE);
      Map<String, String> alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));
      assertThat(api.awaitBits(job)).isEqualTo(alone);
      for (int n = 1; n < MOST_PICTURES && !isAside(api); n++) {
        assertThat(api.awaitBits(api.submit(PICTURE))).isEqualTo(alone);
      }

      JsonNode liar = api.worker("liar");
      assertThat(liar.path("state").asText()).isEqualTo("aside");
      assertThat(liar.path("lies").asInt()).isPositive();
      assertThat(liar.path("audited").asInt()).isGreaterThan(500);
      assertThat(liar.path("reason").asText())
          .contains("with other bits")
          .containsPattern("than (one and two|two and one) did");
      assertThat(api.worker("one").path("lies").asInt()).isZero();
      assertThat(api.worker("two").path("lies").asInt()).isZero();
      String evidence =
          coordinator.log().stream()
              .filter(line -> line.contains("event=worker-lied"))
              .findFirst()
              .orElseThrow();
      assertThat(evidence)
          .contains("worker=liar", "unit=\"phase ", "witnesses=\"")
          .containsPattern("hash=[0-9a-f]{64} right=[0-9a-f]{64}");
    }
  }

  /**
   * Of answers that nobody compared some are in the open timestep when their worker is found out.
   * Whose first answer is an audited one is found out before, so others come until it is seen.
   */
  @Test
  void takesTheTimestepAgain_whenAShareIsAudited_andStaysAwayFromALiarAfterARestart()
      throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "share")) {
      FarmNode coordinator = farm.coordinator("--audit", "0.1");
      FarmApi api = farm.api();
      farm.worker("one", "millis=60"); // so that there is time for others to come
      farm.worker("two", "millis=60");
      api.awaitWorker("one", "ready");
      api.awaitWorker("two", "ready");
      String job = api.submit(PICTURE);
      api.await(job, "in phase 2", view -> view.path("progress").path("phase").asInt() == 2);

      String liar = "";
      for (int n = 1; n <= MOST_LIARS && coordinator.count(TAKEN_AGAIN) == 0; n++) {
        liar = "liar-" + n;
        farm.worker(liar, "flip-every=1");
        api.awaitWorker(liar, "aside");
      }
      coordinator.awaitLog(TAKEN_AGAIN, 1);
      Map<String, String> bits = api.awaitBits(job);
      Map<String, String> alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));

      // What was fused before the last checkpoint stays; then its user is told.
      if (!bits.equals(alone)) {
        assertThat(api.get("/v1/jobs/" + job).toString()).contains("draw the picture again");
      }
      coordinator.signal("KILL");
      coordinator.awaitExit();
      farm.coordinator("--audit", "0.1");
      api.awaitWorker(liar, "aside");
      assertThat(api.worker(liar).path("reason").asText()).contains("with other bits");
      api.readmit(liar);
      api.awaitWorker(liar, "ready");
    }
  }

  @Test
  void keepsAWorkerOut_whoseSelftestFails_andLetsOneInThatIsSound() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "selftest")) {
      farm.coordinator();
      FarmNode unsound = farm.worker("unsound", "flip-every=2", "--selftest");
      FarmNode sound = farm.worker("sound", "millis=1", "--selftest", "--selftest-every", "1s");
      // The forwards before it joins are right, and one of those after that is not.
      FarmNode goingBad =
          farm.worker("bad", "flip-every=50", "--selftest", "--selftest-every", "1s");

      assertThat(unsound.awaitExit()).isEqualTo(1);
      assertThat(unsound.log())
          .anyMatch(
              line ->
                  line.contains(
                      "the selftest of worker unsound failed, so it does not join: same bits of"));
      assertThat(unsound.count("event=joined")).isZero();
      assertThat(goingBad.awaitExit()).isEqualTo(1);
      assertThat(goingBad.count("event=joined")).isEqualTo(1);
      assertThat(goingBad.count("event=selftest-failed")).isEqualTo(1);
      farm.api().awaitWorker("sound", "ready");
      sound.awaitLog("event=selftest-passed", 3);
      assertThat(farm.api().worker("bad").isMissingNode()).isTrue();
    }
  }

  private static boolean isAside(FarmApi api) {
    return api.worker("liar").path("state").asText().equals("aside");
  }
}
