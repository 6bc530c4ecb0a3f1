package demofusion.deploy.client;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.net.ResolvedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLHandshakeException;

/**
 * One question and its answer over HTTP; tells what may be asked again ({@link RetryableFailure})
 * from what was refused ({@link RequestRefused}) and from what no waiting mends.
 */
final class Transport implements AutoCloseable {
  /** The coordinator sends a sign of life more often than this on streams of events. */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final int LONGEST_PROBLEM = 1 << 16;

  private final FarmAccess access;
  private final Duration longestSilence;
  private final HttpClient http;
  private final JsonMapper json = ApiJson.lenient();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "idle connections");
            thread.setDaemon(true);
            return thread;
          });

  Transport(FarmAccess access, Duration longestSilence) {
    this.access = access;
    this.longestSilence = longestSilence;
    HttpClient.Builder builder =
        ResolvedRequest.clientBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // nobody else is to see the token
            .connectTimeout(TO_CONNECT);
    if (access.authority() != null) {
      builder.sslContext(Trust.of(access.authority()));
    }
    http = builder.build();
  }

  /** Makes something of the body of an answer that is no refusal. */
  @FunctionalInterface
  interface Reading<T> {
    T read(InputStream body) throws IOException;
  }

  /** The same for one who must know which success it is. */
  @FunctionalInterface
  interface AnswerReading<T> {
    T read(int status, InputStream body) throws IOException;
  }

  JsonMapper json() {
    return json;
  }

  /** A request to a route, to be completed. */
  HttpRequest.Builder request(String... route) {
    HttpRequest.Builder request = HttpRequest.newBuilder(access.address().at(route));
    if (access.token() != null) {
      request.header("Authorization", access.token().header());
    }
    return request;
  }

  <T> T ask(HttpRequest request, Reading<T> reading) throws RetryableFailure, RequestRefused {
    return askWithStatus(request, (status, body) -> reading.read(body));
  }

  <T> T askWithStatus(HttpRequest request, AnswerReading<T> reading)
      throws RetryableFailure, RequestRefused {
    try {
      HttpRequest resolved = ResolvedRequest.of(request, access.address().host());
      HttpResponse<InputStream> response = http.send(resolved, BodyHandlers.ofInputStream());
      try (InputStream body = new IdleLimit(response.body(), longestSilence.toNanos(), timer)) {
        if (response.statusCode() / 100 == 2) {
          return reading.read(response.statusCode(), body);
        }
        throw refusal(response.statusCode(), body);
      }
    } catch (RetryableFailure e) {
      throw e;
    } catch (IOException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemofusionException(FailureCode.CANCELLED, "interrupted", e);
    }
  }

  private RequestRefused refusal(int status, InputStream body) throws IOException {
    String text = new String(body.readNBytes(LONGEST_PROBLEM), StandardCharsets.UTF_8);
    ServerProblem problem = ServerProblem.read(status, text, json);
    if (problem.passes()) {
      throw RetryableFailure.putOff(problem.sentence(access.address()));
    }
    return new RequestRefused(problem);
  }

  private RetryableFailure failure(IOException e) {
    if (e instanceof SSLHandshakeException) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "the coordinator at %s did not present a trusted certificate: %s"
              .formatted(access.address(), distrust(e)),
          e);
    }
    if (isAbout(e, UnknownHostException.class) || isAbout(e, UnresolvedAddressException.class)) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "the coordinator's host " + access.address().host().name() + " cannot be resolved",
          e);
    }
    if (reason(e).contains("received no bytes")) {
      // Also what a TLS server does on receiving plain text.
      return new RetryableFailure(
          "it closed the connection without an answer"
              + (access.address().isEncrypted() ? "" : ", which suggests that it expects https"),
          e);
    }
    return new RetryableFailure(reason(e), e);
  }

  /** Why, and what to do. */
  private String distrust(IOException e) {
    if (isAbout(e, CertPathBuilderException.class)) {
      return "it is not signed by a known authority; give the farm's own with --ca";
    }
    if (isAbout(e, CertificateExpiredException.class)) {
      return "it has expired; the coordinator needs a new one";
    }
    String message = reason(e);
    return message.contains("subject alternative") || message.contains("name matching")
        ? "it is not valid for "
            + access.address().host().name()
            + "; address the coordinator by the name in its certificate"
        : message;
  }

  private static boolean isAbout(Throwable failure, Class<? extends Exception> kind) {
    return kind.isInstance(failure)
        || (failure.getCause() != null && isAbout(failure.getCause(), kind));
  }

  private static String reason(IOException e) {
    if (e instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    String message = e.getMessage();
    if (e instanceof ConnectException && message == null) {
      return "connection refused";
    }
    return message == null || message.isBlank()
        ? "the connection was lost"
        : message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
