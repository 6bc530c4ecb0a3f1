package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import demofusion.coordinator.job.record.TestClock;
import demofusion.coordinator.notify.AllowedHosts;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.JobRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that somebody outside is told of, by a real server and real processes. */
@ExtendWith(LogCapturingExtension.class)
class NoticesTest {
  private static final String SECRET = "0123456789abcdef";

  @TempDir Path folder;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> signatures = new LinkedBlockingQueue<>();
  private final AtomicInteger answer = new AtomicInteger(204);
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          signatures.add(exchange.getRequestHeaders().getFirst("Demofusion-Signature"));
          heard.add(body);
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(answer.get(), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private JobSettings telling(List<String> command) {
    return JobKeeperFixture.settings(
        1,
        Limits.DEFAULT,
        new NotifySettings(
            new AllowedHosts(List.of(host())), SECRET, command, Duration.ofSeconds(20)));
  }

  private JobRequest request() {
    return new JobRequest(
        JobKeeperFixture.QUICK,
        null,
        false,
        0,
        null,
        null,
        URI.create("http://" + host() + "/done"));
  }

  private String next() throws InterruptedException {
    String body = heard.poll(30, TimeUnit.SECONDS);
    assertThat(body).as("what was heard in time").isNotNull();
    return body;
  }

  @Test
  void tellsAWebhook_signed() throws Exception {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, telling(List.of()))) {
      fixture.addWorking("worker-1");
      JobId job = fixture.accepted(request());

      assertThat(next()).contains("\"" + job + "\"").contains("\"state\" : \"done\"");
      assertThat(signatures.take())
          .matches("t=" + TestClock.START.getEpochSecond() + ",v1=[0-9a-f]{64}");
    }
  }

  @Test
  void tellsAgain_whenItWasNotHeard_alsoUnderTheNextCoordinator() throws Exception {
    answer.set(302); // and no redirect is followed
    JobId job;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, telling(List.of()))) {
      job = fixture.accepted(request());
      fixture.cancel(job);
      assertThat(next()).contains("\"cancelled\"");
      untilItsRecordSays(fixture, job, "\"attempts\" : 1");
    }
    answer.set(200);

    try (JobKeeperFixture later =
        JobKeeperFixture.open(folder, telling(List.of()), Duration.ofSeconds(31))) {
      assertThat(next()).contains(job.value());
      untilItsRecordSays(later, job, "\"TOLD\"");
    }
  }

  @Test
  void refusesAWebhookThatIsNotAllowed() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, telling(List.of()))) {
      JobRequest request =
          new JobRequest(
              JobKeeperFixture.QUICK,
              null,
              false,
              0,
              null,
              null,
              URI.create("http://169.254.169.254/"));

      assertThat(fixture.refused(request).userMessage()).contains("is not on an allowed host");
      assertThat(fixture.list()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void runsTheOperatorsCommand_withTheJobsIdAndFolder() throws Exception {
    Path told = folder.resolve("told");
    List<String> command =
        List.of("/bin/sh", "-c", "echo \"$0 $1 $2 $DEMOFUSION_STATE\" > " + told, "hook");
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, telling(command))) {
      JobId job =
          fixture.accepted(
              new JobRequest(JobKeeperFixture.QUICK, null, false, 0, null, null, null));

      fixture.cancel(job);

      untilItsRecordSays(fixture, job, "\"TOLD\"");
      assertThat(Files.readString(told))
          .isEqualTo("hook " + job + " " + fixture.folder(job) + " cancelled\n");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void stopsACommandThatTakesTooLong_andTriesAgainLater() throws Exception {
    Path told = folder.resolve("process");
    List<String> command = List.of("/bin/sh", "-c", "echo $$ > " + told + "; exec sleep 600");
    NotifySettings hasty =
        new NotifySettings(AllowedHosts.NONE, null, command, Duration.ofSeconds(1));
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(folder, JobKeeperFixture.settings(1, Limits.DEFAULT, hasty))) {
      JobId job =
          fixture.accepted(
              new JobRequest(JobKeeperFixture.QUICK, null, false, 0, null, null, null));

      fixture.cancel(job);

      untilItsRecordSays(fixture, job, "\"attempts\" : 1");
      long process = Long.parseLong(Files.readString(told).strip());
      fixture
          .kit
          .createTestProbe()
          .awaitAssert(
              Duration.ofSeconds(20),
              () -> assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty());
    }
  }

  private static void untilItsRecordSays(JobKeeperFixture fixture, JobId job, String words) {
    TestProbe<Object> patience = fixture.kit.createTestProbe();
    patience.awaitAssert(
        Duration.ofSeconds(20),
        () -> {
          assertThat(Files.readString(fixture.folder(job).resolve("job.json"))).contains(words);
          return true;
        });
  }
}
