package demofusion.deploy.launch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogEncoderTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final LoggerContext context = new LoggerContext();
  private final LogEncoder encoder = new LogEncoder();

  @Test
  void writesKeysAndValues() {
    assertThat(line("event=worker-lost worker={} lanes={}", "gpu-1", 2))
        .isEqualTo("INFO  Dispatcher: event=worker-lost worker=gpu-1 lanes=2\n");
  }

  @Test
  void quotesWhatCouldBeTakenForAnotherField_onOneLine() {
    assertThat(line("event=late worker={} reason=\"{}\"", "a worker=b", "it said:\n\"no\""))
        .isEqualTo(
            "INFO  Dispatcher: event=late worker=\"a worker=b\" reason=\"it said:\\n\\\"no\\\"\"\n");
  }

  @Test
  void writesTheSameNamesAsJson() throws JsonProcessingException {
    encoder.setFormat("json");

    JsonNode line = JSON.readTree(line("event=late lease={} reason=\"{}\"", "j/1.0", "\"\n\u0001"));

    assertThat(line.at("/event").asText()).isEqualTo("late");
    assertThat(line.at("/lease").asText()).isEqualTo("j/1.0");
    assertThat(line.at("/reason").asText()).isEqualTo("\"\n\u0001");
    assertThat(line.at("/level").asText()).isEqualTo("INFO");
    assertThat(line.at("/logger").asText()).isEqualTo("Dispatcher");
    assertThat(Instant.parse(line.at("/time").asText())).isEqualTo(Instant.ofEpochMilli(1000));
  }

  @Test
  void takesOthersWordsAsAMessage() throws JsonProcessingException {
    assertThat(line("Remoting started\nat {}", "host"))
        .isEqualTo("INFO  Dispatcher: Remoting started at host\n");
    encoder.setFormat("json");
    assertThat(JSON.readTree(line("it is {}", "so")).at("/message").asText()).isEqualTo("it is so");
  }

  @Test
  void namesTheCause_andTheTraceOnlyForWhoAsks() throws JsonProcessingException {
    IllegalStateException cause = new IllegalStateException("no room\nleft");

    assertThat(line("event=session-failed job={}", "j", cause))
        .isEqualTo(
            "INFO  Dispatcher: event=session-failed job=j"
                + " cause=\"java.lang.IllegalStateException: no room\\nleft\"\n");
    encoder.setTraces(true);
    assertThat(line("event=session-failed job={}", "j", cause)).contains("\tat demofusion.");
    encoder.setFormat("json");
    String json = line("event=session-failed job={}", "j", cause);
    assertThat(json).hasLineCount(1);
    assertThat(JSON.readTree(json).at("/trace").asText()).contains("\tat demofusion.");
  }

  @Test
  void cutsWhatIsTooLong() {
    assertThat(line("event=late reason=\"{}\"", "x".repeat(100_000))).hasSizeLessThan(5000);
  }

  @Test
  void beginsWithTheTime_whereItIsAskedFor() {
    encoder.setTime(true);

    assertThat(line("event=late")).matches("1970-01-01T00:00:01\\.000\\S+ INFO {2}.*\n");
  }

  private String line(String pattern, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("demofusion.coordinator.dispatch.Dispatcher"),
            Level.INFO,
            pattern,
            null,
            arguments);
    event.setInstant(Instant.ofEpochMilli(1000));
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }
}
