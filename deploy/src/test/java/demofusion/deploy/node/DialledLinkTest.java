package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.server.HttpServer;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.deploy.security.CertificateFolder;
import demofusion.deploy.security.TlsFiles;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.wire.WireMetrics;
import demofusion.protocol.wire.WireSerializer;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import io.prometheus.client.CollectorRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line itself, between a dispatcher and a worker that a test plays. */
class DialledLinkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String SECRET = "a-secret-of-the-role-work";
  private static final LeaseId LEASE = new LeaseId(new JobId("castle"), 1, 1);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Object> dispatcher = kit.createTestProbe(Object.class);
  private final TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
  private final TestProbe<WorkerLinkProtocol.Command> link = kit.createTestProbe();
  @TempDir Path folder;
  private @Nullable HttpServer http;

  @AfterEach
  void stop() {
    if (http != null) {
      http.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    }
    kit.shutdownTestKit();
  }

  @Test
  void passesTheLargestMessagesBothWays_andHeartbeatsBetween() throws Exception {
    serve(0, null);
    ActorRef<DispatcherProtocol.Command> coordinator = dial(url(), SECRET, Optional.empty());
    Tensor pixels = noise(580);
    coordinator.tell(heartbeat(0));
    Heartbeat first = dispatcher.expectMessageClass(Heartbeat.class, PATIENCE);

    coordinator.tell(completed(pixels));
    coordinator.tell(heartbeat(1));
    first
        .worker()
        .tell(new Perform(LEASE, new Work.EncodePicture(pixels), dispatcher.getRef().narrow()));
    first.replyTo().tell(new Heard());

    List<Object> heard =
        List.of(dispatcher.receiveMessage(PATIENCE), dispatcher.receiveMessage(PATIENCE));
    assertThat(heard).hasAtLeastOneElementOfType(Heartbeat.class);
    assertThat(heard)
        .filteredOn(Completed.class::isInstance)
        .singleElement()
        .satisfies(
            one -> {
              Completed completed = (Completed) one;
              assertThat(completed.worker()).isEqualTo(first.worker());
              assertThat(((WorkResult.DecodedPixels) completed.result()).pixels().values())
                  .isEqualTo(pixels.values());
            });
    link.expectMessageClass(Heard.class, PATIENCE);
    Perform perform = worker.expectMessageClass(Perform.class, PATIENCE);
    assertThat(perform.replyTo()).isEqualTo(coordinator);
    assertThat(((Work.EncodePicture) perform.work()).pixels().values()).isEqualTo(pixels.values());
  }

  @Test
  void keepsAnswersWhileThereIsNoConnection_andOfHeartbeatsTheNewest() throws Exception {
    int port = freePort();
    ActorRef<DispatcherProtocol.Command> coordinator =
        dial("http://127.0.0.1:" + port, SECRET, Optional.empty());
    for (int n = 0; n < 3; n++) {
      coordinator.tell(heartbeat(n));
      coordinator.tell(completed(noise(1 + n)));
    }

    serve(port, null);

    assertThat(dispatcher.expectMessageClass(Heartbeat.class, PATIENCE).session()).isEqualTo(2);
    for (int n = 0; n < 3; n++) {
      WorkResult result = dispatcher.expectMessageClass(Completed.class, PATIENCE).result();
      assertThat(((WorkResult.DecodedPixels) result).pixels().values())
          .hasSize(3 * (n + 1) * (n + 1));
    }
  }

  @Test
  void keepsTheWorkersPlace_whenItDialsAgain() throws Exception {
    serve(0, null);
    ActorRef<DispatcherProtocol.Command> coordinator = dial(url(), SECRET, Optional.empty());
    coordinator.tell(heartbeat(0));
    Heartbeat first = dispatcher.expectMessageClass(Heartbeat.class, PATIENCE);

    // Nothing comes back, so it takes the line for dead after a while, and dials again.
    LoggingTestKit.warn("event=cut-off").expect(kit.system(), () -> beat(coordinator, 17));
    beat(coordinator, 1);

    for (Object each : dispatcher.receiveSeveralMessages(18, PATIENCE)) {
      assertThat(((Heartbeat) each).worker()).isEqualTo(first.worker());
    }
  }

  private @Nullable Void beat(ActorRef<DispatcherProtocol.Command> coordinator, int times) {
    for (int n = 0; n < times; n++) {
      coordinator.tell(heartbeat(n));
      DialledFarm.pause(Duration.ofSeconds(1));
    }
    return null;
  }

  @Test
  void joinsByTls_andRefusesACertificateOfAnotherNameOrAuthority() throws Exception {
    CertificateFolder certificates =
        new CertificateFolder(folder.resolve("own"), 30, Clock.systemUTC());
    certificates.make(List.of("farm.example"));
    new CertificateFolder(folder.resolve("other"), 30, Clock.systemUTC())
        .make(List.of("x.example"));
    TlsFiles files = TlsFiles.in(folder.resolve("own"), "coordinator");
    SSLContext own = TlsFiles.trusting(files.authority());
    serve(0, files.serverContext());
    String byName = url().replace("127.0.0.1", "localhost");

    assertSays(
        "not signed by a known authority",
        byName,
        Optional.of(
            TlsFiles.trusting(TlsFiles.in(folder.resolve("other"), "coordinator").authority())));
    dial(byName, SECRET, Optional.of(own)).tell(heartbeat(5));

    assertThat(dispatcher.expectMessageClass(Heartbeat.class, PATIENCE).session()).isEqualTo(5);
  }

  @Test
  void saysInOneSentence_whyItDoesNotJoin() throws Exception {
    serve(0, null);

    assertSays(
        "nothing listens at http://127.0.0.1:", "http://127.0.0.1:" + freePort(), Optional.empty());
    assertSays(
        "cannot be resolved; check the name", "http://no-such-host.invalid:1", Optional.empty());
    assertSays("answers 404: no farm takes workers there", url() + "/prefix", Optional.empty());
    LoggingTestKit.warn("answers 401: it does not know this worker's token")
        .expect(kit.system(), () -> dial(url(), "wrong", Optional.empty()));
    LoggingTestKit.warn("answers 403: this worker's token may not join")
        .expect(kit.system(), () -> dial(url(), "a-secret-of-an-operator", Optional.empty()));
  }

  private void assertSays(String sentence, String url, Optional<SSLContext> trust) {
    LoggingTestKit.warn(sentence).expect(kit.system(), () -> dial(url, SECRET, trust));
  }

  @Test
  void asksForTheDoor_behindAProxysPathToo() {
    assertThat(Dialling.address(URI.create("https://farm.example/render/"), "id"))
        .isEqualTo("wss://farm.example/render/v1/work?link=id");
    assertThat(Dialling.address(URI.create("HTTP://gpu_box:7980"), "id"))
        .isEqualTo("ws://gpu_box:7980/v1/work?link=id");
  }

  private String url() {
    return java.util.Objects.requireNonNull(http).url();
  }

  private void serve(int port, @Nullable SSLContext tls) throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(
        tokens,
        TokenLine.of("gpus", Role.WORK, SECRET)
            + "\n"
            + TokenLine.of("olga", Role.OPERATE, "a-secret-of-an-operator")
            + "\n");
    HttpSettings settings =
        new HttpSettings("127.0.0.1", port, tokens, tls, HttpLimits.standard(tls != null));
    ActorRef<Jobs.Command> jobs = kit.<Jobs.Command>createTestProbe().getRef();
    http =
        HttpServer.start(
                kit.system(),
                settings,
                jobs,
                dispatcher.getRef().narrow(),
                List.of(),
                ModelStore.open(
                    folder.resolve("library"),
                    StoreLimits.STANDARD,
                    Runnable::run,
                    InstantSource.system()),
                AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system()),
                Accounts.without(
                    UsageLedger.open(
                        folder.resolve("usage"),
                        InstantSource.system(),
                        Runnable::run,
                        Runnable::run)))
            .toCompletableFuture()
            .join();
  }

  private ActorRef<DispatcherProtocol.Command> dial(
      String url, String secret, Optional<SSLContext> trust) {
    TestProbe<ActorRef<DispatcherProtocol.Command>> spawned = kit.createTestProbe();
    kit.spawn(
        Behaviors.setup(
            context -> {
              DialOut target = new DialOut(URI.create(url), () -> secret, trust);
              WireMetrics wire = new WireMetrics(new CollectorRegistry());
              spawned
                  .getRef()
                  .tell(DialledCoordinator.spawn(context, "worker-1", target, 32 << 20, wire));
              return Behaviors.empty();
            }));
    return spawned.receiveMessage();
  }

  private Heartbeat heartbeat(long session) {
    return new Heartbeat(
        worker.getRef(), link.getRef(), "worker-1", session, true, 1000, WireSerializer.VERSION);
  }

  private Completed completed(Tensor pixels) {
    return new Completed(LEASE, worker.getRef(), new WorkResult.DecodedPixels(pixels), 1, 1);
  }

  private static Tensor noise(int side) {
    Tensor tensor = Tensor.zeros(3, side, side);
    Random random = new Random(side);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
