package demofusion.deploy.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that plays the clouds' metadata services, with their checks of headers. */
@Timeout(60)
class LeaveNoticesTest {
  private static final String AWS =
      "{\"action\": \"terminate\", \"time\": \"2026-11-30T08:22:00Z\"}";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          String answer = answers.get(call);
          int status = answer == null ? 404 : 200;
          if (call.startsWith("PUT /latest/api/token")) {
            boolean isAsked =
                exchange.getRequestHeaders().containsKey("X-aws-ec2-metadata-token-ttl-seconds");
            status = isAsked ? 200 : 400;
            answer = "the token";
          } else if (call.contains("/latest/meta-data")
              && !"the token"
                  .equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))) {
            status = 401;
          } else if (call.contains("/computeMetadata")
              && !"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
            status = 403;
          } else if (call.contains("/metadata/scheduledevents")
              && !"true".equals(exchange.getRequestHeaders().getFirst("Metadata"))) {
            status = 400;
          }
          byte[] body = (answer == null ? "" : answer).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          if (body.length > 0) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private LeaveNotice of(MetadataService service) {
    return new AskedNotice(service, at("/"));
  }

  @Test
  void hearsAws() {
    LeaveNotice aws = of(MetadataService.AWS);
    assertThat(aws.given()).isEmpty();
    answers.put("GET /latest/meta-data/spot/instance-action", AWS);
    assertThat(aws.given()).contains("AWS: " + AWS);
  }

  @Test
  void hearsGoogle() {
    LeaveNotice google = of(MetadataService.GCP);
    answers.put("GET /computeMetadata/v1/instance/preempted", "FALSE");
    assertThat(google.given()).isEmpty();
    answers.put("GET /computeMetadata/v1/instance/preempted", "TRUE");
    assertThat(google.given()).contains("Google: preempted");
  }

  @Test
  void hearsAzure_butNotOfRestarts() {
    LeaveNotice azure = of(MetadataService.AZURE);
    String question = "GET /metadata/scheduledevents?api-version=2020-07-01";
    answers.put(question, "{\"DocumentIncarnation\": 1, \"Events\": []}");
    assertThat(azure.given()).isEmpty();
    answers.put(question, "{\"Events\": [{\"EventType\": \"Reboot\"}]}");
    assertThat(azure.given()).isEmpty();
    answers.put(
        question, "{\"Events\": [{\"EventType\": \"Freeze\"}, {\"EventType\": \"Preempt\"}]}");
    assertThat(azure.given()).contains("Azure: Preempt");
    answers.put(question, "no JSON");
    assertThat(azure.given()).isEmpty();
  }

  @Test
  void hearsAnyAddressThatAnswers() {
    LeaveNotice any = new AskedNotice(MetadataService.ANY, at("/end"));
    assertThat(any.given()).isEmpty();
    answers.put("GET /end", "soon");
    assertThat(any.given()).contains("it answers 200");
  }

  @Test
  void goesOn_whereNobodyAnswers() {
    URI nobody = at("/");
    server.stop(0);

    assertThat(new AskedNotice(MetadataService.AWS, nobody).given()).isEmpty();
  }

  @Test
  void leavesOnce_atTheFirstNotice() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    LeaveNotice third =
        () -> asked.incrementAndGet() < 3 ? Optional.empty() : Optional.of("the end");

    LeaveWatch watch =
        LeaveWatch.over(
            "gpu-1",
            List.of(Optional::empty, third),
            () -> {
              times.incrementAndGet();
              left.countDown();
            },
            Duration.ofMillis(5));
    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    watch.end();
    assertThat(times).hasValue(1);
    assertThat(asked).hasValue(3);
  }

  @Test
  void refusesWhatIsNoNotice() {
    for (String text : List.of("ibm", "any", "file:", "ftp://host/", "http://")) {
      assertThatThrownBy(() -> LeaveNotices.notice(text, "--leave-on", Machine.real()))
          .hasMessageContaining("--leave-on " + text + " is none of aws, gcp, azure");
    }
    assertThat(LeaveNotices.notice("aws", "--leave-on", Machine.real()))
        .isInstanceOf(AskedNotice.class);
  }
}
