package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.trace.TraceFile;
import demofusion.coordinator.trace.TraceFormat;
import demofusion.protocol.api.JobState;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineRoutesTest {
  private static final String LINES =
      """
      {"kind":"run","name":"run","begin":1000,"micros":0}
      {"kind":"waiting","name":"waiting","begin":1000,"micros":50}
      {"kind":"end","name":"finished","begin":1050,"micros":0}
      """;

  @TempDir Path folder;

  @Test
  void answersTheTimeline_andRefusesWhereThereIsNone() throws Exception {
    try (TestApi api = TestApi.open(folder)) {
      api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "a fox"));
      api.jobs.jobs.put("b", FakeJobs.job("b", "local", JobState.QUEUED, "a fox"));
      Files.createDirectories(api.jobs.folderOf("a"));
      Files.writeString(api.jobs.folderOf("a").resolve(TraceFile.NAME), LINES);

      HttpResponse<String> there = api.send(api.to("/v1/jobs/a/timeline"), BodyHandlers.ofString());
      HttpResponse<String> none = api.send(api.to("/v1/jobs/b/timeline"), BodyHandlers.ofString());

      assertThat(there.statusCode()).isEqualTo(200);
      assertThat(there.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(TraceFormat.of(there.body()).runs())
          .extracting(run -> run.get("name").textValue())
          .containsExactly("a: finished");
      assertThat(none.statusCode()).isEqualTo(404);
      assertThat(none.body()).contains("no timeline of job b, which is queued");
    }
  }
}
