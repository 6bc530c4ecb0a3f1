package demofusion.deploy.node;

import demofusion.coordinator.link.LinkFlow;
import demofusion.coordinator.link.LinkSocket;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.LinkMemory;
import java.io.EOFException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.headers.Authorization;
import org.apache.pekko.http.javadsl.model.ws.WebSocketRequest;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgradeResponse;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.jspecify.annotations.Nullable;

/** Connects a worker's end to the coordinator's, once each time it is asked to. */
final class Dialling {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);

  /** For the coordinator to answer, tokens and all. */
  private static final Duration TO_JOIN = Duration.ofSeconds(20);

  /** The coordinator says something every second. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  /** Proxies end connections that are silent, the first of them after half a minute. */
  private static final Duration BETWEEN_PINGS = Duration.ofSeconds(10);

  /** A connection that ends because of an answer ends just before the answer is known. */
  private static final Executor ANSWERED_BY_THEN =
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

  private final ActorSystem<?> system;
  private final Materializer materializer;
  private final DialOut target;
  private final LinkFlow flow;
  private final String link = UUID.randomUUID().toString(); // the worker's, for its life
  private final Executor files;

  Dialling(ActorSystem<?> system, DialOut target, LinkCodec codec, int largestMessage) {
    this.system = system;
    this.target = target;
    this.materializer = SystemMaterializer.get(system).materializer();
    this.flow = new LinkFlow(codec, largestMessage, LinkMemory.ofHeap(), SILENCE, materializer);
    this.files = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /**
   * Dials.
   *
   * @param hearer takes what comes
   * @return a connection that is open; fails if none came about
   */
  CompletionStage<LinkSocket> dial(Consumer<Object> hearer) {
    return CompletableFuture.supplyAsync(this::request, files)
        .thenCompose(request -> connect(request, hearer));
  }

  private WebSocketRequest request() {
    WebSocketRequest request =
        WebSocketRequest.create(address(target.url(), link)).requestSubprotocol(LinkFlow.PROTOCOL);
    String token = target.token().get();
    return token.isEmpty() ? request : request.addHeader(Authorization.oauth2(token));
  }

  /** Where the API has its door for workers, by the WebSocket's own scheme. */
  static String address(URI url, String link) {
    String root = url.toString().replaceFirst("/+$", "");
    return root.replaceFirst("^(?i)http", "ws") + "/v1/work?link=" + link;
  }

  private CompletionStage<LinkSocket> connect(WebSocketRequest request, Consumer<Object> hearer) {
    Pair<CompletionStage<WebSocketUpgradeResponse>, LinkSocket> dialled =
        Http.get(system)
            .singleWebSocketRequest(
                request,
                flow.flow(
                    message -> {
                      hearer.accept(message);
                      return true;
                    }),
                encryption(),
                Optional.empty(),
                settings(),
                Adapter.toClassic(system).log(),
                materializer);
    LinkSocket socket = dialled.second();
    CompletableFuture<LinkSocket> open =
        dialled
            .first()
            .toCompletableFuture()
            .orTimeout(TO_JOIN.toMillis(), TimeUnit.MILLISECONDS)
            .thenApply(response -> requireValid(response, socket));
    socket
        .ended()
        .whenCompleteAsync(
            (done, failure) ->
                open.completeExceptionally(failure == null ? new EOFException() : failure),
            ANSWERED_BY_THEN);
    return open.whenComplete(
        (any, failure) -> {
          if (failure != null) {
            socket.close();
          }
        });
  }

  private LinkSocket requireValid(WebSocketUpgradeResponse response, LinkSocket socket) {
    if (!response.isValid()) {
      response.response().discardEntityBytes(materializer);
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          DialFailure.sentence(target.url(), response.response().status().intValue()));
    }
    return socket;
  }

  private ConnectionContext encryption() {
    return target
        .trust()
        .<ConnectionContext>map(ConnectionContext::httpsClient)
        .orElseGet(() -> Http.get(system).defaultClientHttpsContext());
  }

  private ClientConnectionSettings settings() {
    ClientConnectionSettings usual = ClientConnectionSettings.create(Adapter.toClassic(system));
    return usual
        .withConnectingTimeout(TO_CONNECT)
        .withWebsocketSettings(
            usual.getWebsocketSettings().withPeriodicKeepAliveMaxIdle(BETWEEN_PINGS));
  }

  /** Why there is no connection, or none any more. */
  String sentence(@Nullable Throwable failure) {
    return DialFailure.sentence(target.url(), failure);
  }
}
