package demofusion.coordinator.notify;

import demofusion.protocol.TraceParent;
import demofusion.protocol.net.ResolvedRequest;
import demofusion.protocol.net.UrlHost;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to an address, signed, and follows no redirect: that could lead where the operator
 * allows nothing. Any answer from 200 to 299 counts as delivered.
 */
public final class Webhook {
  private final Executor executor;
  private final HttpClient client;
  private final String secret;
  private final Duration timeout;
  private final Clock clock;

  /**
   * @param executor for what the client does besides waiting, and for looking names up
   */
  public Webhook(Executor executor, String secret, Duration timeout, Clock clock) {
    this.executor = executor;
    this.client =
        ResolvedRequest.clientBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(executor)
            .build();
    this.secret = secret;
    this.timeout = timeout;
    this.clock = clock;
  }

  /**
   * @param trace that it is part of, if any; passed on as it came
   * @return fails with an IOException in one sentence if it was not delivered
   */
  public CompletableFuture<Void> post(URI address, byte[] json, @Nullable TraceParent trace) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ResolvedRequest.standIn(address))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "demofusion")
            .header(Signature.HEADER, Signature.of(json, secret, clock.instant()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    if (trace != null) {
      request.header(TraceParent.HEADER, trace.toString());
      if (!trace.state().isEmpty()) {
        request.header(TraceParent.STATE_HEADER, trace.state());
      }
    }
    HttpRequest whole = request.build();
    UrlHost host = UrlHost.of(address).orElseThrow();
    return CompletableFuture.supplyAsync(() -> resolved(whole, host), executor)
        .thenCompose(ready -> client.sendAsync(ready, HttpResponse.BodyHandlers.discarding()))
        .thenCompose(Webhook::received);
  }

  private static HttpRequest resolved(HttpRequest request, UrlHost host) {
    try {
      return ResolvedRequest.of(request, host);
    } catch (UnknownHostException e) {
      throw new CompletionException(
          new IOException("its host " + host.name() + " cannot be resolved", e));
    }
  }

  private static CompletableFuture<Void> received(HttpResponse<Void> response) {
    int status = response.statusCode();
    return status >= 200 && status < 300
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(new IOException("it answered " + status));
  }
}
