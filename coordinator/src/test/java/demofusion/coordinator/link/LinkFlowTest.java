package demofusion.coordinator.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.wire.LinkChunks;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.LinkMemory;
import demofusion.protocol.wire.WireMetrics;
import demofusion.protocol.work.Work;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkFlowTest {
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private final ActorTestKit kit = ActorTestKit.create();
  private final Materializer materializer = Materializer.createMaterializer(kit.system());
  private final TestProbe<Object> peer = kit.createTestProbe(Object.class);
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private LinkFlow link() {
    LinkCodec codec = new LinkCodec(peer.getRef(), new WireMetrics(new CollectorRegistry()));
    return new LinkFlow(codec, 8 << 20, LinkMemory.ofHeap(), SILENCE, materializer);
  }

  /** A socket whose other end takes a message when the test asks for one. */
  private Pair<LinkSocket, SinkQueueWithCancel<Message>> towardsAReader() {
    byte[] sign =
        new LinkCodec(peer.getRef(), new WireMetrics(new CollectorRegistry())).write(new Heard());
    Message chunk =
        BinaryMessage.create(ByteString.fromArray(LinkChunks.split(sign, LinkChunks.SMALL).get(0)));
    return Source.tick(Duration.ZERO, Duration.ofMillis(500), chunk)
        .viaMat(link().flow(heard::add), Keep.right())
        .toMat(Sink.<Message>queue(), Keep.both())
        .run(materializer);
  }

  private LinkSocket from(Source<Message, ?> sender) {
    return sender.viaMat(link().flow(heard::add), Keep.right()).to(Sink.ignore()).run(materializer);
  }

  private Perform large() {
    Tensor pixels = Tensor.zeros(3, 512, 512);
    for (int n = 0; n < pixels.values().length; n++) {
      pixels.values()[n] = (float) Math.sin(n); // or it would be packed
    }
    return new Perform(
        new LeaseId(new JobId("a"), 1, 1), new Work.EncodePicture(pixels), peer.getRef().narrow());
  }

  @Test
  void bringsAcrossWhatIsSent_inItsOrder_eitherWay() throws Exception {
    Pair<LinkSocket, LinkSocket> both =
        link().flow(heard::add).joinMat(link().flow(heard::add), Keep.both()).run(materializer);
    both.first().offer(large());
    for (int n = 0; n < 50; n++) {
      both.first().offer(new Forget(new JobId("job-" + n)));
    }

    assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(Perform.class);
    for (int n = 0; n < 50; n++) {
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new Forget(new JobId("job-" + n)));
    }
    both.second().offer(new Heard());
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new Heard());
  }

  @Test
  void letsSignsOfLifePassBetweenTheChunksOfALargeMessage() {
    Pair<LinkSocket, SinkQueueWithCancel<Message>> line = towardsAReader();
    line.first().offer(large());
    line.second().pull().toCompletableFuture().join();

    line.first().offer(new Heard());

    List<Integer> sizes =
        IntStream.range(0, 24) // some were taken ahead
            .mapToObj(n -> line.second().pull().toCompletableFuture().join().orElseThrow())
            .map(message -> message.asBinaryMessage().getStrictData().size())
            .toList();
    assertThat(sizes).anyMatch(size -> size < 100);
  }

  @Test
  void keepsOnlySoMuch_forWhoeverReadsNothing_andEndsTheConnection() {
    LinkSocket socket = towardsAReader().first();
    int kept = 0;
    Perform large = large();
    while (socket.offer(large) && kept < 10_000) {
      kept++;
    }

    assertThat(kept).isBetween(256, 260);
    assertThatThrownBy(() -> socket.ended().toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("demand");
    assertThat(socket.offer(large)).isFalse();
  }

  @Test
  void endsWhenNothingComesAnyMore() {
    LinkSocket socket = from(Source.maybe());

    assertThatThrownBy(() -> socket.ended().toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("No elements passed");
  }

  @Test
  void endsWithWhoeverSaysWhatMustNotCome() {
    assertEnds("a message of text is none of ours", TextMessage.create("hello"));
    assertEnds("are no chunk", BinaryMessage.create(ByteString.fromString("hello")));
    assertEnds(
        "limit of 65542 reached",
        BinaryMessage.create(
            Source.repeat(ByteString.fromArray(new byte[1000])).concat(Source.maybe())));
  }

  private void assertEnds(String reason, Message message) {
    LinkSocket socket = from(Source.single(message).concat(Source.maybe()));

    assertThatThrownBy(() -> socket.ended().toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasMessageContaining(reason);
    assertThat(heard).isEmpty();
  }

  @Test
  void sendsWhatWaits_beforeItFinishes() throws Exception {
    Pair<LinkSocket, LinkSocket> both =
        link().flow(heard::add).joinMat(link().flow(heard::add), Keep.both()).run(materializer);
    both.first().offer(large());
    both.first().finish();

    assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(Perform.class);
    both.second().ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
