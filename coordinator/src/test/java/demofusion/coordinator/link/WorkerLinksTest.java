package demofusion.coordinator.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.LinkMemory;
import demofusion.protocol.wire.WireMetrics;
import demofusion.protocol.wire.WireSerializer;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerLinksTest {
  private static final String ANNA = "anna";
  private static final int MOST = 3;

  private final ActorTestKit kit = ActorTestKit.create();
  private final Materializer materializer = Materializer.createMaterializer(kit.system());
  private final TestProbe<Object> dispatcher = kit.createTestProbe(Object.class);
  private final TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
  private final TestProbe<WorkerLinkProtocol.Command> link = kit.createTestProbe();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final WorkerLinks links =
      WorkerLinks.open(kit.system(), dispatcher.getRef().narrow(), MOST, 1 << 20);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Flow<Message, Message, ?> admit(String id, String caller) {
    return links.admit(id, caller).toCompletableFuture().join();
  }

  /** A worker's end, connected, that has said that it is there. */
  private LinkSocket join(String id) {
    LinkCodec codec =
        new LinkCodec(kit.createTestProbe().getRef(), new WireMetrics(new CollectorRegistry()));
    LinkSocket socket =
        new LinkFlow(codec, 1 << 20, LinkMemory.ofHeap(), Duration.ofSeconds(30), materializer)
            .flow(heard::add)
            .joinMat(admit(id, ANNA), Keep.left())
            .run(materializer);
    socket.offer(heartbeat(1000));
    return socket;
  }

  private Heartbeat heartbeat(int everyMillis) {
    return new Heartbeat(
        worker.getRef(), link.getRef(), "worker", 0, false, everyMillis, WireSerializer.VERSION);
  }

  private static void awaitEnd(LinkSocket socket) {
    socket
        .ended()
        .handle((done, failure) -> done)
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void isTheSameWorker_whoComesBackByTheSameLink_andItsNewestConnectionCounts() throws Exception {
    LinkSocket first = join("link-of-one");
    Heartbeat before = dispatcher.expectMessageClass(Heartbeat.class);
    join("link-of-one");
    Heartbeat after = dispatcher.expectMessageClass(Heartbeat.class);

    assertThat(after.worker()).isEqualTo(before.worker());
    awaitEnd(first);
    before.worker().tell(new Forget(new JobId("a")));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new Forget(new JobId("a")));
    join("link-of-another");
    assertThat(dispatcher.expectMessageClass(Heartbeat.class).worker())
        .isNotEqualTo(before.worker());
  }

  @Test
  void dropsWhatItIsTold_whileThereIsNoConnection() throws Exception {
    TestProbe<Dropped> dropped = kit.createTestProbe(Dropped.class);
    kit.system().eventStream().tell(new EventStream.Subscribe<>(Dropped.class, dropped.getRef()));
    LinkSocket socket = join("link-of-one");
    Heartbeat heartbeat = dispatcher.expectMessageClass(Heartbeat.class);

    socket.close();
    awaitEnd(socket);
    Thread.sleep(500);
    heartbeat.worker().tell(new Forget(new JobId("a")));

    assertThat(dropped.receiveMessage().message()).isEqualTo(new Forget(new JobId("a")));
  }

  @Test
  void admitsOnlySoMany_andWhoHasNoConnectionMakesRoom() throws Exception {
    LinkSocket first = join("link-number-0");
    for (int n = 1; n < MOST; n++) {
      join("link-number-" + n);
    }
    dispatcher.receiveSeveralMessages(MOST);

    assertThatThrownBy(() -> admit("one-too-many", ANNA))
        .hasMessageContaining("3 workers are connected this way, as many as may be; retry later");
    admit("link-number-1", ANNA);

    first.close();
    awaitEnd(first);
    Thread.sleep(500);
    admit("one-too-many", ANNA);
  }

  @Test
  void admitsNobodyElseByAWorkersLink() {
    join("link-of-one");

    assertThatThrownBy(() -> admit("link-of-one", "bert"))
        .hasMessageContaining("this link belongs to somebody else's worker");
  }

  @Test
  void endsTheConnection_ofWhoeverSaysWhatNoWorkerElsewhereSays() {
    LinkSocket once = join("link-of-one");
    dispatcher.expectMessageClass(Heartbeat.class);
    once.offer(heartbeat(0)); // as if it were in this process
    LinkSocket wrong = join("link-of-another");
    dispatcher.expectMessageClass(Heartbeat.class);
    wrong.offer(new Forget(new JobId("a")));

    awaitEnd(once);
    awaitEnd(wrong);
    dispatcher.expectNoMessage();
  }

  @Test
  void endsAllConnections_whenItIsClosed() {
    LinkSocket one = join("link-of-one");
    dispatcher.expectMessageClass(Heartbeat.class);

    links.close().toCompletableFuture().join();

    awaitEnd(one);
  }
}
