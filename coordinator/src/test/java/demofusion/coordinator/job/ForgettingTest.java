package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Retention;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator goes on for weeks: what it knows of a job, anywhere, goes with the job. Counted in
 * this JVM's heap, so it finds what is kept by whoever keeps it.
 */
class ForgettingTest {
  private static final int JOBS = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Retention NONE = new Retention(null, 0, null);

  /** Not views and events: probes of this test hold some. */
  private static final Pattern OBJECTS =
      Pattern.compile(
          "(?m)^ *\\d+: +(\\d+) +\\d+"
              + " +(demofusion\\.coordinator\\.(?:job\\.Job|job\\.(?:JobRecord|Backlog)\\S*|(?:render|diffusion|store)\\.\\S+))(?="
              + " |$)");

  @TempDir Path folder;

  @Test
  void keepsNothingOfJobsThatAreRemoved() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, JobKeeperFixture.settings(4))) {
      fixture.addWorking("worker-1");
      drawAndRemove(fixture, "first");
      Map<String, Integer> before = objects();

      drawAndRemove(fixture, "second");

      fixture
          .kit
          .createTestProbe()
          .awaitAssert(
              PATIENCE,
              () ->
                  assertThat(grownByOneAJob(before, objects()))
                      .as("kept of each job")
                      .isEqualTo(Map.of()));
    }
  }

  private static void drawAndRemove(JobKeeperFixture fixture, String keys) {
    List<JobId> ids = new ArrayList<>();
    for (int n = 0; n < JOBS; n++) {
      ids.add(
          JobKeeperFixture.job(
                  fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), keys + "-" + n))
              .id());
    }
    ids.forEach(id -> fixture.await(id, JobState.DONE));
    assertThat(fixture.prune(NONE, false).jobs()).hasSize(JOBS);
  }

  private static Map<String, Integer> grownByOneAJob(
      Map<String, Integer> before, Map<String, Integer> after) {
    Map<String, Integer> grown = new TreeMap<>(after);
    grown.replaceAll((name, count) -> count - before.getOrDefault(name, 0));
    grown.values().removeIf(count -> count < JOBS / 2);
    return grown;
  }

  /** Reachable ones: counting them collects the others first. */
  private static Map<String, Integer> objects() {
    Map<String, Integer> objects = new TreeMap<>();
    Matcher matcher = OBJECTS.matcher(histogram());
    while (matcher.find()) {
      String name = matcher.group(2);
      objects.put(name, Integer.parseInt(matcher.group(1)));
    }
    return objects;
  }

  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new AssertionError("this JVM does not count its objects", e);
    }
  }
}
