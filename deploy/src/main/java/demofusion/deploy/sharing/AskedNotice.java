package demofusion.deploy.sharing;

import demofusion.protocol.LogThrottle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata service is asked. One that does not answer announces nothing: a machine on which the
 * wrong cloud was named goes on working, and says so.
 */
final class AskedNotice implements LeaveNotice {
  private static final Logger LOG = LoggerFactory.getLogger(AskedNotice.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final MetadataService service;
  private final URI host;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(PATIENCE)
          .build();
  private final LogThrottle gate = new LogThrottle();

  AskedNotice(MetadataService service, URI host) {
    this.service = service;
    this.host = host;
  }

  @Override
  public Optional<String> given() {
    try {
      Optional<HttpRequest.Builder> asked = service.tokenQuestion(host);
      Optional<String> token = Optional.empty();
      if (asked.isPresent()) {
        HttpResponse<String> answer = send(asked.get());
        token = answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
      }
      HttpResponse<String> answer = send(service.question(host, token));
      if (answer.statusCode() != OK && answer.statusCode() != NOT_FOUND) {
        unanswered("status " + answer.statusCode());
      }
      return answer.statusCode() == OK ? service.notice(answer.body()) : Optional.empty();
    } catch (IOException e) {
      unanswered(String.valueOf(e.getMessage()));
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder question)
      throws IOException, InterruptedException {
    return client.send(question.timeout(PATIENCE).build(), BodyHandlers.ofString());
  }

  private void unanswered(String reason) {
    gate.pass("leave-notice-unanswered", System.nanoTime())
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=leave-notice-unanswered of={} left-out={} reason=\"{}\"",
                    host,
                    leftOut,
                    reason));
  }
}
