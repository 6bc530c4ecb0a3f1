package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.wire.LinkChunks;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.model.synthetic.SyntheticModel;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has a token of the role work, and is no worker, does no harm beside one that is. */
class HostileLinksTest {
  private static final int ROUNDS = 150;

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path folder;
  private DialledFarm farm;

  @BeforeEach
  void start() throws Exception {
    farm = new DialledFarm(folder, null);
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  /** Hears when its connection has ended, and reads on, or does not. */
  private static final class Ear implements WebSocket.Listener {
    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final boolean reads;

    Ear(boolean reads) {
      this.reads = reads;
    }

    @Override
    public void onOpen(WebSocket socket) {
      if (reads) {
        socket.request(Long.MAX_VALUE);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended.complete(-1);
    }
  }

  @Test
  void endsConnectionsThatSpeakNoneOfOurs_andGoesOnWithAWorkerThatDoes() {
    farm.worker(
        "worker-1", new SyntheticModel(DialledFarm.MODEL.withTimePerView(Duration.ofMillis(20))));
    farm.awaitWorkers(1);
    DialledFarm.Drawing picture = farm.draw(DialledFarm.spec());

    for (int round = 0; round < ROUNDS; round++) {
      Ear ear = new Ear(true);
      WebSocket socket = open(ear);
      misbehave(socket, new Random(round));

      assertThat(ear.ended.orTimeout(DialledFarm.PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
          .as("round " + round)
          .isIn(-1, 1000, 1002, 1006, 1011);
    }

    assertThat(picture.latent()).isEqualTo(DialledFarm.sequentially(DialledFarm.spec()));
    assertThat(farm.listed()).extracting("name").containsExactly("worker-1");
  }

  private static void misbehave(WebSocket socket, Random random) {
    byte[] noise = new byte[1 + random.nextInt(3000)];
    random.nextBytes(noise);
    CompletableFuture<?> sent =
        switch (random.nextInt(7)) {
          case 0 -> {
            noise[0] |= 2; // no kind of chunk
            yield binary(socket, noise);
          }
          case 1 -> socket.sendText("join me", true);
          case 2 -> binary(socket, new byte[] {1, 1, 0x7f, -1, -1, -1, 0}); // of 2 GiB
          case 3 -> binary(socket, new byte[] {0, 1, 7}); // goes on with nothing
          case 4 -> binary(socket, LinkChunks.split(noise, random.nextInt(2)).get(0));
          case 5 -> binary(socket, LinkChunks.split(ofACoordinator(), 1).get(0));
          default -> {
            // One message without end, in pieces.
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int piece = 0; piece < 40; piece++) {
              last =
                  last.thenCompose(
                      one -> socket.sendBinary(ByteBuffer.wrap(new byte[4096]), false));
            }
            yield last;
          }
        };
    sent.handle((done, closed) -> done).join(); // the other end may have ended it already
  }

  private static CompletableFuture<?> binary(WebSocket socket, byte[] bytes) {
    return socket.sendBinary(ByteBuffer.wrap(bytes), true);
  }

  /** A message that only coordinators send. */
  private static byte[] ofACoordinator() {
    return new LinkCodec(
            org.apache.pekko.actor.testkit.typed.javadsl.TestInbox.create().getRef(),
            new WireMetrics(new CollectorRegistry()))
        .write(new Forget(new JobId("a")));
  }

  @Test
  void admitsNobodyElse() throws Exception {
    assertThat(refusal("wrong", "/v1/work?link=12345678")).isEqualTo(401);
    assertThat(refusal("", "/v1/work?link=12345678")).isEqualTo(401);
    assertThat(refusal("a-secret-of-an-operator", "/v1/work?link=12345678")).isEqualTo(403);
    for (String query : List.of("", "?link=short", "?link=has%20spaces", "?other=12345678")) {
      assertThat(refusal(DialledFarm.SECRET, "/v1/work" + query)).as(query).isEqualTo(400);
    }
    for (String path : List.of("/v1/workers", "/v1/jobs", "/v1/openapi.json")) {
      assertThat(get(path)).as(path).isEqualTo(403);
    }
    assertThat(get("/v1/work?link=12345678")).isEqualTo(426);
  }

  @Test
  void answersOthers_whileManyClientsHoldConnectionsAndSayNothing() throws Exception {
    for (int n = 0; n < 200; n++) {
      WebSocket socket = open(new Ear(n % 2 == 0));
      // The beginning of the largest message that there may be.
      byte[] begun = LinkChunks.split(new byte[DialledFarm.LARGEST], 1).get(0);
      binary(socket, begun).join();
    }

    farm.worker("worker-1", new SyntheticModel(DialledFarm.MODEL));
    farm.awaitWorkers(1);

    assertThat(farm.draw(DialledFarm.spec()).latent())
        .isEqualTo(DialledFarm.sequentially(DialledFarm.spec()));
  }

  private WebSocket open(WebSocket.Listener listener) {
    return socket(DialledFarm.SECRET, "/v1/work?link=" + UUID.randomUUID(), listener).join();
  }

  private CompletableFuture<WebSocket> socket(
      String secret, String path, WebSocket.Listener listener) {
    WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols("demofusion-link");
    if (!secret.isEmpty()) {
      builder.header("Authorization", "Bearer " + secret);
    }
    return builder.buildAsync(URI.create(farm.url().replaceFirst("^http", "ws") + path), listener);
  }

  private int refusal(String secret, String path) {
    try {
      socket(secret, path, new Ear(true)).join();
      return 101;
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  private int get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(farm.url() + path))
            .header("Authorization", "Bearer " + DialledFarm.SECRET)
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
