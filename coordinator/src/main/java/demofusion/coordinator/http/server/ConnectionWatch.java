package demofusion.coordinator.http.server;

import demofusion.coordinator.http.body.HttpLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.io.Inet;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off connections on which no request's head arrives in time. Pekko HTTP closes only those
 * that say nothing, and a byte now and then is something: whoever opens as many connections as
 * there may be would keep all others out. While requests are answered, however long that takes,
 * nothing is cut.
 */
final class ConnectionWatch extends Inet.AbstractSocketOption {
  /** Between two looks. */
  static final Duration LOOK = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);

  /** Where more than half of the connections are taken, whoever waits for one comes first. */
  private static final int HURRY = 5;

  /** One connection, and how long it may take from when on until a head has arrived. */
  private static final class Watched {
    private final Socket socket;
    private volatile long since = System.nanoTime();
    private volatile @Nullable Duration allowed;

    Watched(Socket socket, Duration allowed) {
      this.socket = socket;
      this.allowed = allowed;
    }

    void awaitHead(Duration allowed) {
      since = System.nanoTime();
      this.allowed = allowed;
    }

    void working() {
      allowed = null;
    }
  }

  private final HttpLimits limits;
  private final Map<InetSocketAddress, Watched> open = new ConcurrentHashMap<>();

  ConnectionWatch(HttpLimits limits) {
    this.limits = limits;
  }

  /** Called by Pekko for each connection that was accepted. */
  @Override
  public void afterConnect(Socket socket) {
    if (socket.getRemoteSocketAddress() instanceof InetSocketAddress client) {
      open.put(client, new Watched(socket, limits.arrival().head()));
    }
  }

  /** The same server, which says here what it is at. */
  Function<HttpRequest, CompletionStage<HttpResponse>> watching(
      Function<HttpRequest, CompletionStage<HttpResponse>> server) {
    return request -> {
      Watched watched = find(request);
      if (watched == null) {
        return server.apply(request);
      }
      watched.working();
      return server.apply(request).thenApply(response -> answering(watched, request, response));
    };
  }

  private @Nullable Watched find(HttpRequest request) {
    RemoteAddress client = request.getAttribute(AttributeKeys.remoteAddress).orElse(null);
    return client == null
        ? null
        : client
            .getAddress()
            .map(address -> open.get(new InetSocketAddress(address, client.getPort())))
            .orElse(null);
  }

  private HttpResponse answering(Watched watched, HttpRequest request, HttpResponse response) {
    if (response.status().equals(StatusCodes.SWITCHING_PROTOCOLS)) {
      return response; // a WebSocket has no more heads
    }
    ResponseEntity entity = response.entity();
    boolean isSentAtOnce = entity.isStrict() || request.method().equals(HttpMethods.HEAD);
    if (isSentAtOnce) {
      watched.awaitHead(next(entity.isStrict() ? entity.getContentLengthOption().orElse(0) : 0));
      return response;
    }
    Flow<ByteString, ByteString, NotUsed> counted =
        Flow.of(ByteString.class)
            .watchTermination(
                (used, ended) -> {
                  ended.whenComplete((done, failure) -> watched.awaitHead(next(0)));
                  return used;
                });
    // With its length, where it has one: else it would be sent in chunks.
    return entity instanceof org.apache.pekko.http.scaladsl.model.HttpEntity.Default whole
        ? response.withEntity(
            (ResponseEntity) whole.transformDataBytes(whole.contentLength(), scala(counted)))
        : response.transformEntityDataBytes(counted);
  }

  @SuppressWarnings("unchecked")
  private static org.apache.pekko.stream.scaladsl.Flow<ByteString, ByteString, Object> scala(
      Flow<ByteString, ByteString, NotUsed> flow) {
    return (org.apache.pekko.stream.scaladsl.Flow<ByteString, ByteString, Object>)
        (org.apache.pekko.stream.scaladsl.Flow<ByteString, ByteString, ?>) flow.asScala();
  }

  /** The client may take its time to read, then to think, and has again a head's time. */
  private Duration next(long bytes) {
    return limits.arrival().allowed(bytes).plus(limits.idle()).plus(limits.arrival().head());
  }

  /** Cuts off whose time is over; to be called again and again. */
  void look() {
    boolean isCrowded = open.size() * 2L > limits.connections();
    open.forEach(
        (client, watched) -> {
          Duration allowed = watched.allowed;
          if (watched.socket.isClosed()) {
            open.remove(client, watched);
          } else if (allowed != null && isOver(watched, allowed, isCrowded)) {
            cut(client, watched);
          }
        });
  }

  private static boolean isOver(Watched watched, Duration allowed, boolean isCrowded) {
    long most = isCrowded ? allowed.toNanos() / HURRY : allowed.toNanos();
    return System.nanoTime() - watched.since > most;
  }

  /** As if the client had: Pekko HTTP then ends what belongs to the connection. */
  private void cut(InetSocketAddress client, Watched watched) {
    LOG.debug("event=slow-connection-cut client={}", client);
    try {
      if (watched.socket.isInputShutdown()) {
        watched.socket.close(); // it did not
      } else {
        watched.awaitHead(Duration.ofSeconds(1));
        watched.socket.shutdownInput();
      }
    } catch (IOException e) {
      open.remove(client, watched); // it was closed just now
    }
  }

  /** How many connections there are. */
  int connections() {
    return open.size();
  }
}
