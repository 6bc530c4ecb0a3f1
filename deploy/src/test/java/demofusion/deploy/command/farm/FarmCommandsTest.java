package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.client.FarmValues;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.WorkerView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarmCommandsTest {
  private static final String HOSTILE = "a cat\u001b[2J\u001b]0;gotcha\u0007\u009b31m\u202Egnp.exe";

  private final FakeFarm farm = FakeFarm.start();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    farm.close();
  }

  @Test
  void listsJobsTheNewestFirst_cutToTheTerminal() {
    farm.add("aaa-1", JobState.DONE, "a lighthouse");
    farm.add("bbb-2", JobState.RUNNING, "灯台と開けた海、夕暮れ、岩の上に立つ白い灯台、遠くに帆船");

    int code = run(70, "jobs");

    assertThat(code).isZero();
    assertThat(out())
        .isEqualTo(
            """
            ID     STATE    PRIORITY  DONE   ETA   SIZE      PROMPT
            bbb-2  running  0         25 %   1:30  1024x768  灯台と開けた海、夕暮…
            aaa-1  done     0         100 %  -     1024x768  a lighthouse
            """);
  }

  @Test
  void cutsNothing_whereStdoutIsNoTerminal() {
    farm.add("one", JobState.QUEUED, "a very long prompt ".repeat(20).strip());

    run(0, "jobs");

    assertThat(out()).endsWith("a very long prompt\n");
  }

  @Test
  void listsJobsOfOneState_asJson() {
    farm.add("one", JobState.DONE, "a lighthouse");
    farm.add("two", JobState.PAUSED, "a cat");

    run(80, "jobs", "--state", "paused", "--json");

    assertThat(out())
        .startsWith("{\"id\":\"two\",\"state\":\"paused\"")
        .contains("\"submittedAt\":\"2026-11-23T08:00:01Z\"")
        .containsOnlyOnce("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "jobs --json", "job one", "job one --json", "cancel one --json"})
  void obeysNothingThatAPromptSays(String line) {
    farm.add("one", JobState.RUNNING, HOSTILE);

    int code = run(80, line.split(" ", -1));

    assertThat(code).isZero();
    assertThat(out() + words()).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
    assertThat(out()).contains("a cat");
  }

  @Test
  void obeysNothingThatAWorkerOrTheCoordinatorSays() {
    farm.workers.add(FarmValues.worker(HOSTILE, WorkerView.State.ASIDE, HOSTILE));

    run(80, "workers");
    farm.faults.add(FakeFarm.problem(400, HOSTILE));
    run(80, "workers");

    assertThat(out() + words()).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
  }

  @Test
  void takesTheBeginningOfAnId() {
    farm.add("abc-1", JobState.RUNNING, "a cat");
    farm.add("abd-2", JobState.RUNNING, "a dog");

    assertThat(run(80, "job", "abd")).isZero();
    assertThat(out()).startsWith("id         abd-2\nstate      running\nprompt     a dog\n");
    assertThat(run(80, "job", "ab")).isEqualTo(CliConventions.REFUSED);
    assertThat(words())
        .isEqualTo(
            "demofusion: 2 jobs start with ab (abd-2, abc-1): give more characters of the id\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"job nothing", "job ../../etc", "cancel nothing", "retry nothing", "job \u001b"})
  void saysThatThereIsNoSuchJob(String line) {
    assertThat(run(80, line.split(" ", -1))).isEqualTo(CliConventions.REFUSED);
    assertThat(words()).startsWith("demofusion: ").containsOnlyOnce("\n");
  }

  @Test
  void cancelsEachThatIsNamed_whateverBecomesOfTheOthers() {
    farm.add("one", JobState.RUNNING, "a cat");
    farm.add("two", JobState.QUEUED, "a dog");

    int code = run(80, "cancel", "one", "nothing", "two");

    assertThat(code).isEqualTo(CliConventions.REFUSED);
    assertThat(out()).isEqualTo("one\ntwo\n");
    assertThat(words()).contains("no job nothing").containsOnlyOnce("\n");
    assertThat(farm.jobs.values()).allMatch(job -> job.state() == JobState.CANCELLED);
  }

  @Test
  void resumesAJob() {
    farm.add("one", JobState.FAILED, "a cat");

    assertThat(run(80, "retry", "one", "--json")).isZero();
    assertThat(out()).contains("\"state\":\"queued\"");
  }

  @Test
  void watchesAJobToItsEnd() {
    JobView running = farm.add("one", JobState.RUNNING, "a cat");
    farm.streams.add(
        events -> {
          events.send(FarmValues.state(running));
          events.send(FarmValues.state(FakeFarm.in(JobState.FAILED, running)));
        });

    int code = run(80, "job", "one", "--watch");

    assertThat(code).isEqualTo(CliConventions.FAILED);
    assertThat(out()).contains("state      failed: every worker ran out of memory\n");
  }

  @Test
  void listsWorkers() {
    farm.workers.add(FarmValues.worker("studio-1", WorkerView.State.READY, null));
    farm.workers.add(
        FarmValues.worker("studio-2", WorkerView.State.ASIDE, "3 errors that others did not have"));

    run(0, "workers");

    assertThat(out())
        .isEqualTo(
            """
            NAME      STATE  DEVICE  PRECISION  TILES/S  IN FLIGHT  DONE  FAILED  MODEL      REASON
            studio-1  ready  cpu     float32    1.50     3/4        120   0       miniature
            studio-2  aside  cpu     float32    1.50     3/4        120   0       miniature  3 errors that others did not have
            """);
  }

  @Test
  void pausesAWorkerForAWhile_andResumesIt() {
    farm.workers.add(FarmValues.worker("studio 1", WorkerView.State.READY, null));

    assertThat(run(80, "workers", "--pause", "studio 1")).isZero();
    assertThat(run(80, "workers", "--pause", "studio 1", "--for", "2h")).isZero();
    assertThat(run(80, "workers", "--resume", "studio 1")).isZero();
    assertThat(run(80, "workers", "--pause", "studio 1", "--for", "90s", "--json")).isZero();

    assertThat(words())
        .isEqualTo(
            """
            demofusion: studio 1 is paused; demofusion workers --resume studio 1 gives it work again
            demofusion: studio 1 is paused until 1970-01-01T02:00:00Z
            demofusion: studio 1 is not paused
            """);
    assertThat(out())
        .isEqualTo(
            "{\"worker\":\"studio 1\",\"paused\":true,\"until\":\"1970-01-01T00:01:30Z\"}\n");
    assertThat(farm.requests)
        .extracting(request -> request.substring(0, request.indexOf(' ', "POST ".length())))
        .containsExactly(
            "POST /v1/workers/studio%201/pause",
            "POST /v1/workers/studio%201/pause?seconds=7200",
            "POST /v1/workers/studio%201/unpause",
            "POST /v1/workers/studio%201/pause?seconds=90");
  }

  @Test
  void refusesPausesThatSayTwoThings() {
    assertThat(run(80, "workers", "--pause", "a", "--resume", "a"))
        .isEqualTo(CliConventions.REFUSED);
    assertThat(run(80, "workers", "--for", "2h")).isEqualTo(CliConventions.REFUSED);
    assertThat(run(80, "workers", "--pause", "nobody")).isEqualTo(CliConventions.REFUSED);

    assertThat(words())
        .contains("exclude each other")
        .contains("--for is for --pause NAME")
        .contains("there is no pause"); // as the farm of tests calls what it does not know
  }

  @Test
  void drainsAWorkerAndLetsItBack() {
    farm.workers.add(FarmValues.worker("studio 1", WorkerView.State.READY, null));

    assertThat(run(80, "drain", "studio 1")).isZero();
    assertThat(run(80, "drain", "studio 1", "--undo")).isZero();

    assertThat(words())
        .isEqualTo(
            """
            demofusion: studio 1 is draining and has 3 batches in flight
            demofusion: studio 1 is ready
            """);
    assertThat(farm.requests.get(0)).startsWith("POST /v1/workers/studio%201/drain ");
  }

  @Test
  void saysWhatWasPruned() {
    farm.add("one", JobState.DONE, "a cat");

    assertThat(run(80, "jobs", "prune", "--older-than", "30d", "--max-size", "100G")).isZero();

    assertThat(out()).isEqualTo("one\n");
    assertThat(words()).isEqualTo("demofusion: removed 1 job, 3.0 MiB\n");
  }

  @Test
  void saysWhichLocalCopiesWouldGo() {
    farm.add("one", JobState.DONE, "a cat");

    assertThat(run(80, "jobs", "prune", "--copies", "--older-than", "7d", "--dry-run")).isZero();

    assertThat(out()).isEqualTo("one\n");
    assertThat(words()).isEqualTo("demofusion: would remove local copies of 1 job, 3.0 MiB\n");
    assertThat(farm.requests)
        .anyMatch(each -> each.contains("/v1/jobs/prune?copies=true&dryRun=true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jobs prune",
        "jobs prune --older-than soon",
        "jobs prune --keep -1",
        "jobs prune --max-size 1X",
        "jobs prune --copies",
        "jobs prune --copies --older-than 7d --keep 3",
        "jobs --state odd",
        "jobs --coordinator ftp://farm",
        "jobs --coordinator http://ann:secret@farm",
        "jobs --token-file /nowhere",
        "jobs --ca /etc/hostname --coordinator https://127.0.0.1:1",
        "jobs --patience ever",
        "submit",
        "submit x --steps 0",
        "submit x --output x.png",
        "submit x --latents x.safetensors",
        "submit x --wait --output x.avif",
        "submit x --image /etc/hostname",
        "submit x --strength 0.5",
        "submit x --resume .",
        "submit x --priority high",
        "token ann --role king --tokens /tmp/tokens",
        "token ../ann --role view --tokens /tmp/tokens",
        "token ann --role view --tokens /nowhere/tokens",
        "cancel"
      })
  void saysOneSentenceAndAsksNobody_whenSomethingIsWrong(String line) {
    int code = run(80, line.split(" ", -1));

    assertThat(code).isEqualTo(CliConventions.REFUSED);
    assertThat(words()).startsWith("demofusion: ").endsWith("\n").containsOnlyOnce("\n");
    assertThat(farm.requests).isEmpty();
    assertThat(out()).isEmpty();
  }

  /** One command, of this farm unless it names another. */
  private int run(int columns, String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    if (!line.contains("--coordinator") && !line.get(0).equals("token")) {
      line.addAll(List.of("--coordinator", farm.url()));
    }
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            false,
            columns);
    return DemofusionCommand.commandLine(terminal).execute(line.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String words() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
