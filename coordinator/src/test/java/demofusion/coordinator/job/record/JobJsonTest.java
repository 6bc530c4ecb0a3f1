package demofusion.coordinator.job.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.coordinator.job.record.Notification.Channel;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobJsonTest {
  @Test
  void readsWhatItWrote() {
    JobRecord plain = Records.record("job", 3, 10, 20);
    JobRecord full =
        new JobRecord(
                new JobId("job"),
                "ada",
                Records.NOW,
                plain.subject(),
                plain.needs(),
                new JobRecord.Key("monday", "abc"),
                URI.create("https://hooks.example.org/done"),
                null,
                null,
                List.of(),
                List.of(),
                new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true)
                    .with("congo=t61rcWkgMzE"),
                null)
            .started(Records.NOW)
            .over(
                Outcome.failed(Records.NOW, FailureCode.NOT_FINITE, "it was fated"),
                List.of(Notification.pending(Channel.COMMAND, Records.NOW)));

    for (JobRecord record : List.of(plain, full)) {
      assertThat(JobJson.read(JobJson.write(record), JobRecord.class, "job.json"))
          .isEqualTo(record);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{}", "{\"id\":\"a\"}", "{\"id\":7,\"owner\":[]}"})
  void refusesWhatIsNoRecord_inOneSentence(String json) {
    assertThatThrownBy(
            () -> JobJson.read(json.getBytes(StandardCharsets.UTF_8), JobRecord.class, "job.json"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("job.json cannot be read: ")
        .message()
        .doesNotContain("\n");
  }
}
