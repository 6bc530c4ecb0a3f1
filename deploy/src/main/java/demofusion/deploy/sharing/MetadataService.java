package demofusion.deploy.sharing;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * What clouds tell their machines of an end that is near, each in its own form. Sources:
 *
 * <ul>
 *   <li>AWS: {@code GET /latest/meta-data/spot/instance-action} is 404 until two minutes before;
 *       with a token of IMDSv2, which is fetched by PUT.
 *   <li>Google: {@code GET /computeMetadata/v1/instance/preempted} is TRUE 30 s before.
 *   <li>Azure: {@code GET /metadata/scheduledevents} lists an event of type Preempt or Terminate 30
 *       s (a setting, for Terminate) before.
 * </ul>
 */
enum MetadataService {
  AWS("http://169.254.169.254") {
    @Override
    Optional<HttpRequest.Builder> tokenQuestion(URI host) {
      return Optional.of(
          HttpRequest.newBuilder(host.resolve("/latest/api/token"))
              .header("X-aws-ec2-metadata-token-ttl-seconds", "300")
              .PUT(HttpRequest.BodyPublishers.noBody()));
    }

    @Override
    HttpRequest.Builder question(URI host, Optional<String> token) {
      HttpRequest.Builder question =
          HttpRequest.newBuilder(host.resolve("/latest/meta-data/spot/instance-action"));
      token.ifPresent(text -> question.header("X-aws-ec2-metadata-token", text));
      return question;
    }

    @Override
    Optional<String> notice(String body) {
      return body.contains("\"action\"") ? Optional.of("AWS: " + body.strip()) : Optional.empty();
    }
  },
  GCP("http://metadata.google.internal") {
    @Override
    HttpRequest.Builder question(URI host, Optional<String> token) {
      return HttpRequest.newBuilder(host.resolve("/computeMetadata/v1/instance/preempted"))
          .header("Metadata-Flavor", "Google");
    }

    @Override
    Optional<String> notice(String body) {
      return body.strip().equals("TRUE") ? Optional.of("Google: preempted") : Optional.empty();
    }
  },
  AZURE("http://169.254.169.254") {
    @Override
    HttpRequest.Builder question(URI host, Optional<String> token) {
      return HttpRequest.newBuilder(
              host.resolve("/metadata/scheduledevents?api-version=2020-07-01"))
          .header("Metadata", "true");
    }

    @Override
    Optional<String> notice(String body) {
      return AzureEvents.ending(body).map(type -> "Azure: " + type);
    }
  },
  /** Whatever answers 200 then, under the very address. */
  ANY("") {
    @Override
    HttpRequest.Builder question(URI host, Optional<String> token) {
      return HttpRequest.newBuilder(host);
    }

    @Override
    Optional<String> notice(String body) {
      return Optional.of("it answers 200");
    }
  };

  private final String host;

  MetadataService(String host) {
    this.host = host;
  }

  /** Where it is, on each machine of that cloud. */
  URI host() {
    return URI.create(host);
  }

  /** How a token is got that the question takes. */
  Optional<HttpRequest.Builder> tokenQuestion(URI host) {
    return Optional.empty();
  }

  abstract HttpRequest.Builder question(URI host, Optional<String> token);

  /** What an answer with status 200 announces. */
  abstract Optional<String> notice(String body);
}
