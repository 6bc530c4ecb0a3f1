package demofusion.deploy.client;

import static demofusion.deploy.client.FakeFarm.cutOff;
import static demofusion.deploy.client.FakeFarm.problem;
import static demofusion.deploy.client.FakeFarm.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FarmClientTest {
  private static final NewPicture LIGHTHOUSE = NewPicture.of(RenderSpec.of("a lighthouse", 7));

  private final FakeFarm farm = FakeFarm.start();
  private final ScriptedPause pause = new ScriptedPause();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final FarmClient client = client(farm.url(), null);

  @AfterEach
  void close() {
    client.close();
    farm.close();
  }

  @Test
  void speaksTheWholeApi() {
    farm.workers.add(FarmValues.worker("studio-3", WorkerView.State.READY, null));

    JobView submitted = client.submit(LIGHTHOUSE, "a key");

    assertThat(farm.pictures).containsExactly(LIGHTHOUSE);
    assertThat(client.find(submitted.id())).contains(submitted);
    assertThat(client.find(new JobId("another"))).isEmpty();
    assertThat(client.jobs(null)).containsExactly(submitted);
    assertThat(client.jobs(JobState.DONE)).isEmpty();
    assertThat(client.cancel(submitted.id()).state()).isEqualTo(JobState.CANCELLED);
    assertThat(client.retry(submitted.id()).state()).isEqualTo(JobState.QUEUED);
    assertThat(client.prune(new Retention(Duration.ofDays(30), 5, null), true).jobs())
        .containsExactly(submitted.id());
    assertThat(farm.requests).anyMatch(each -> each.contains("/v1/jobs/prune?dryRun=true"));
    assertThat(client.pruneCopies(Duration.ofDays(7), false).bytes()).isPositive();
    assertThat(farm.requests)
        .anyMatch(each -> each.contains("/v1/jobs/prune?copies=true&dryRun=false"));
    assertThat(client.workers()).isEqualTo(farm.workers);
    assertThat(client.drain("studio-3", false).state()).isEqualTo(WorkerView.State.DRAINING);
    assertThat(client.drain("studio-3", true).state()).isEqualTo(WorkerView.State.READY);
    assertThat(said).isEmpty();
  }

  @Test
  void submitsOnce_whenTheAnswerIsLost() {
    farm.faults.add(farm.doneButCutOff());

    JobView job = client.submit(LIGHTHOUSE, "a key");

    assertThat(farm.requests).hasSize(2);
    assertThat(farm.jobs).containsOnlyKeys(job.id().value());
  }

  @Test
  void isContent_whenItsLostCancelWasDone() {
    farm.add("one", JobState.RUNNING, "a lighthouse");
    farm.faults.add(farm.doneButCutOff());
    farm.faults.add(problem(409, "job one is over: it was cancelled"));

    assertThat(client.cancel(new JobId("one")).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void passesAConflictOn_whenNothingWasLost() {
    farm.add("one", JobState.CANCELLED, "a lighthouse");
    farm.faults.add(problem(409, "job one is over: it was cancelled"));

    assertThatThrownBy(() -> client.cancel(new JobId("one")))
        .hasMessage("job one is over: it was cancelled");
  }

  @Test
  void waitsForACoordinatorThatIsStartedAgain_andSaysSoOnce() {
    farm.add("one", JobState.RUNNING, "a lighthouse");
    farm.stop();
    pause.thenNothing().thenNothing().thenNothing().then(farm::startAgain);

    assertThat(client.jobs(null)).hasSize(1);
    assertThat(said)
        .containsExactly(
            "the coordinator at "
                + farm.url()
                + " does not answer (connection refused); waiting up to 5 min",
            "the coordinator is ready");
  }

  @Test
  void saysNothing_whenOnlyAnOldConnectionWasClosed() {
    farm.faults.add(cutOff());

    assertThat(client.jobs(null)).isEmpty();
    assertThat(said).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void waits_whileTheCoordinatorIsStarting(int status) {
    farm.faults.add(problem(status, "the jobs are being read"));
    farm.faults.add(problem(status, "the jobs are being read"));

    assertThat(client.jobs(null)).isEmpty();
    assertThat(said)
        .hasSize(2)
        .first()
        .asString()
        .contains(" is not ready (the jobs are being read); waiting");
  }

  @Test
  void doesNotWait_forWhatAnObjectStoreHasLost() {
    farm.faults.add(problem(502, "image.png of job one cannot be fetched: lost", "STORAGE"));

    assertThatThrownBy(() -> client.jobs(null))
        .hasMessage("image.png of job one cannot be fetched: lost");
    assertThat(said).isEmpty();
  }

  @Test
  void givesUpAfterFiveMinutes() {
    farm.stop();

    DemofusionException failure =
        catchThrowableOfType(DemofusionException.class, () -> client.jobs(null));

    assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(failure)
        .hasMessage(
            "the coordinator at "
                + farm.url()
                + " does not answer (connection refused): check that it is running, or choose"
                + " another with --coordinator");
    assertThat(pause.waited()).isEqualTo(Duration.ofMinutes(5));
    assertThat(said).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, BAD_REQUEST",
    "401, BAD_REQUEST",
    "403, BAD_REQUEST",
    "404, NOT_FOUND",
    "409, CONFLICT",
    "413, BAD_REQUEST",
    "422, BAD_REQUEST",
    "429, TOO_MUCH",
    "500, UNAVAILABLE"
  })
  void passesOnWhatTheCoordinatorSays_asOneSentence(int status, FailureCode code) {
    farm.faults.add(problem(status, "size 99999x8\nis\u001b[31m too large\u009b"));

    DemofusionException failure =
        catchThrowableOfType(DemofusionException.class, () -> client.submit(LIGHTHOUSE, "a key"));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessage("size 99999x8 is\uFFFD[31m too large\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "null", "[]", "{\"detail\":\"\"}"})
  void saysWhichStatus_whenTheRefusalIsNoProblem(String body) {
    farm.faults.add(says(401, body));

    assertThatThrownBy(() -> client.jobs(null))
        .hasMessageStartingWith("the server at " + farm.url() + " answered with HTTP status 401");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "null", "[1]", "{\"jobs\":[{\"id\":7}]}", "{\"jobs\":3}"})
  void saysThatItIsNoCoordinator_whenTheAnswerIsNotOurs(String body) {
    farm.faults.add(says(200, body));

    assertThatThrownBy(() -> client.jobs(null))
        .hasMessageStartingWith("the answer is not from a demofusion coordinator");
  }

  @Test
  void showsItsTokenToTheCoordinatorOnly() {
    FakeFarm elsewhere = FakeFarm.start();
    farm.faults.add(
        exchange -> {
          exchange.getResponseHeaders().set("Location", elsewhere.url() + "/v1/jobs");
          exchange.sendResponseHeaders(302, -1);
        });

    try (FarmClient known = client(farm.url(), new BearerToken("secret"))) {
      assertThatThrownBy(() -> known.jobs(null)).hasMessageContaining("HTTP status 302");
    } finally {
      elsewhere.close();
    }

    assertThat(farm.requests).containsExactly("GET /v1/jobs Bearer secret");
    assertThat(elsewhere.requests).isEmpty();
  }

  @Test
  void doesNotWaitForAHostThatIsNotThere() {
    try (FarmClient lost = client("http://no-such-host.invalid", null)) {
      assertThatThrownBy(() -> lost.jobs(null))
          .hasMessage("the coordinator's host no-such-host.invalid cannot be resolved");
    }
    assertThat(pause.waited()).isZero();
  }

  private FarmClient client(String url, @Nullable BearerToken token) {
    FarmAccess access =
        new FarmAccess(CoordinatorAddress.parse(url), token, null, FarmAccess.PATIENCE);
    return new FarmClient(access, Duration.ofMinutes(1), pause, said::add);
  }
}
