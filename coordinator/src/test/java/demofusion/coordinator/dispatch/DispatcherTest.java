package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.DispatcherProtocol.Leaving;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import demofusion.protocol.wire.WireSerializer;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The dispatcher with workers that are probes: what it says to them, and when. */
@ExtendWith(LogCapturingExtension.class)
class DispatcherTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final ModelKind MODEL = FakeWorker.CARD.kind();
  private static final int ROOMY = 1 << 20;
  private static final Asset TEXT =
      new Asset.Conditioning(
          new AssetId("text"), new NamedTensors(Map.of("states", Tensor.zeros(1))), null);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Task.Outcome> session = kit.createTestProbe();
  private final TestProbe<DispatcherCommand.Drained> operator = kit.createTestProbe();
  private final ActorRef<DispatcherCommand> dispatcher =
      kit.spawn(
          Dispatcher.create(
              LedgerRules.startingAt(1),
              KnownWorkers.of(Audits.of(AuditShare.NONE)),
              Integer.MAX_VALUE,
              DispatchObserver.NONE));
  private final ActorRef<DispatcherProtocol.Command> door = dispatcher.unsafeUpcast();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void drainsAWorker_andLetsItBack() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    submit(2);
    Perform first = worker.expectMessageClass(Perform.class);
    Perform second = worker.expectMessageClass(Perform.class);

    assertThat(drain("gpu-1", false).state()).isEqualTo(WorkerView.State.DRAINING);

    // Batches are cut to size beside each other, so they may come in either order.
    LeaseId withdrawn = worker.expectMessageClass(Withdraw.class).lease();
    LeaseId withdrawnToo = worker.expectMessageClass(Withdraw.class).lease();
    assertThat(List.of(withdrawn, withdrawnToo))
        .containsExactlyInAnyOrder(first.lease(), second.lease());
    complete(worker, first);
    door.tell(new Failed(second.lease(), worker.getRef(), FailureCode.CANCELLED, "handed back", 0));
    WorkerView drained = drain("gpu-1", false);
    assertThat(drained.state()).isEqualTo(WorkerView.State.DRAINED);
    assertThat(drained.completed()).isEqualTo(1);
    assertThat(drained.tilesPerSecond()).isPositive();
    assertThat(drain("gpu-1", true).state()).isEqualTo(WorkerView.State.READY);
    assertThat(worker.expectMessageClass(Perform.class).lease().batch())
        .isEqualTo(second.lease().batch());
  }

  @Test
  void knowsNoWorkerOfAnotherName() {
    dispatcher.tell(new DispatcherCommand.Drain("nobody", false, operator.getRef()));

    assertThat(operator.receiveMessage().worker()).isNull();
  }

  @Test
  void listsWorkersInTheOrderInWhichTheyCame() {
    worker("gpu-1", ROOMY);
    worker("gpu-2", ROOMY);
    TestProbe<WorkerList> listings = kit.createTestProbe();

    dispatcher.tell(new DispatcherCommand.ListWorkers(listings.getRef()));

    assertThat(listings.receiveMessage().workers())
        .extracting(WorkerView::name)
        .containsExactly("gpu-1", "gpu-2");
  }

  @Test
  void failsTheBatch_inOneSentence_whenItsMessageWouldBeTooLarge() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", 10_000);

    submit(1);

    Task.Failed failed = session.expectMessageClass(Task.Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.BAD_REQUEST);
    assertThat(failed.sentence())
        .contains("gpu-1", "MiB", "demofusion.largest-message")
        .doesNotContain("\n");
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void sendsALargePictureInParts_beforeTheWorkThatNeedsIt() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", 100_000);
    Asset.PictureFile picture = new Asset.PictureFile(new AssetId("control"), new byte[30_000]);
    ControlInput control =
        new ControlInput(
            "c0".repeat(32),
            false,
            null,
            1,
            false,
            new ControlPicture(
                picture.id(),
                null,
                List.of(
                    new ControlPicture.Resizing(
                        ControlPicture.Filter.LANCZOS, new PixelExtent(64, 64)))),
            List.of(new PixelCut(0, 0, 1, 64, 64)));
    Work.PredictNoise text = (Work.PredictNoise) drawnByText(1);
    Work.PredictNoise work =
        new Work.PredictNoise(
            text.tiles(),
            text.timestep(),
            text.microConditioning(),
            text.conditioning(),
            text.guidance(),
            text.half(),
            1,
            text.additions(),
            new ExtraConditioning(List.of(control), List.of()));
    dispatcher.tell(new DispatcherCommand.OpenJob(JOB, new JobTerms(MODEL, 0)));
    dispatcher.tell(new DispatcherCommand.Provide(JOB, TEXT));
    dispatcher.tell(new DispatcherCommand.Provide(JOB, picture));

    submit(1, () -> work);

    assertThat(worker.expectMessageClass(Remember.class).asset()).isEqualTo(TEXT);
    for (Asset part : picture.parts(100_000 / 8)) {
      assertThat(worker.expectMessageClass(Remember.class).asset()).isEqualTo(part);
    }
    assertThat(worker.expectMessageClass(Perform.class).work()).isEqualTo(work);
  }

  @Test
  void asksSomebodyElse_whenRemotingDroppedTheMessage() {
    TestProbe<TileWorkerProtocol.Command> one = worker("gpu-1", ROOMY);
    submit(1);
    Perform lost = one.expectMessageClass(Perform.class);

    kit.system()
        .eventStream()
        .tell(
            new EventStream.Publish<>(
                Dropped.apply(lost, "queue is full", Adapter.toClassic(one.getRef()))));

    assertThat(one.expectMessageClass(Withdraw.class).lease()).isEqualTo(lost.lease());
    TestProbe<TileWorkerProtocol.Command> two = worker("gpu-2", ROOMY);
    assertThat(two.expectMessageClass(Perform.class).lease().batch())
        .isEqualTo(lost.lease().batch());
  }

  @Test
  void sendsForWorkersOfTheJobsKindOnly() {
    TestProbe<ModelCard> seeker = kit.createTestProbe();
    ModelKind half = new ModelKind(MODEL.hash(), Precision.FLOAT16, MODEL.device());

    dispatcher.tell(new DispatcherCommand.FindModel(half, seeker.getRef()));
    dispatcher.tell(new DispatcherCommand.FindModel(MODEL, seeker.getRef()));
    worker("gpu-1", ROOMY);

    assertThat(seeker.receiveMessage()).isEqualTo(FakeWorker.CARD);
    seeker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void withdrawsWhatIsLeft_whenAJobIsOver() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    submit(1);
    Perform perform = worker.expectMessageClass(Perform.class);

    dispatcher.tell(new DispatcherCommand.CloseJob(JOB));

    assertThat(worker.expectMessageClass(Withdraw.class).lease()).isEqualTo(perform.lease());
    complete(worker, perform);
    session.expectNoMessage(Duration.ZERO);
  }

  @Test
  void withdrawsWhatIsLeft_beforeItsAssetsAreForgotten() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    openWithText();
    submit(0, () -> drawnByText(1));
    worker.expectMessageClass(Remember.class);
    Perform perform = worker.expectMessageClass(Perform.class);

    dispatcher.tell(new DispatcherCommand.CloseJob(JOB));

    // The other way round, a worker that becomes free in between begins it and misses the assets.
    assertThat(worker.expectMessageClass(Withdraw.class).lease()).isEqualTo(perform.lease());
    assertThat(worker.expectMessageClass(Forget.class).job()).isEqualTo(JOB);
  }

  @Test
  void tellsWorkersToLetGoOfWhatIsNotNeeded_andSendsTheRestOnce() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    openWithText();
    submit(0, () -> drawnByText(1));
    AssetId text = worker.expectMessageClass(Remember.class).asset().id();
    complete(worker, worker.expectMessageClass(Perform.class));

    dispatcher.tell(new DispatcherCommand.LetGo(JOB, text));

    assertThat(worker.expectMessageClass(LetGo.class)).isEqualTo(new LetGo(JOB, text));
    dispatcher.tell(new DispatcherCommand.CloseJob(JOB));
    assertThat(worker.expectMessageClass(Forget.class).job()).isEqualTo(JOB);
  }

  @Test
  void sendsAssetsWithTheFirstWorkThatIsSent_notWithOneThatIsTooLarge() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", 10_000);
    openWithText();

    submit(0, () -> drawnByText(100));
    session.expectMessageClass(Task.Failed.class);
    submit(1, () -> drawnByText(1));

    assertThat(worker.expectMessageClass(Remember.class).asset()).isEqualTo(TEXT);
    worker.expectMessageClass(Perform.class);
  }

  @Test
  void sendsWorkOnce_whenItsWorkerWasLostAndIsBack_beforeItWasCut() throws InterruptedException {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    openWithText();
    Semaphore begun = new Semaphore(0);
    Semaphore mayEnd = new Semaphore(0);
    AtomicInteger cuts = new AtomicInteger();
    submit(
        0,
        () -> {
          if (cuts.getAndIncrement() == 0) {
            begun.release();
            mayEnd.acquireUninterruptibly();
          }
          return drawnByText(1);
        });
    begun.acquire();

    door.tell(new Leaving(worker.getRef()));
    FakeWorker.join(dispatcher, worker.getRef());
    introduce(worker, "gpu-1", worker.expectMessageClass(Greet.class), ROOMY);
    worker.expectMessageClass(Remember.class);
    assertThat(worker.expectMessageClass(Perform.class).lease().epoch()).isEqualTo(1);
    mayEnd.release();

    worker.expectNoMessage(Duration.ofMillis(200));
  }

  @Test
  void goesOn_whenAWorkerThatIsGoneMissesAnAsset() {
    TestProbe<TileWorkerProtocol.Command> gone = kit.createTestProbe();

    door.tell(
        new Failed(new LeaseId(JOB, 1, 0), gone.getRef(), FailureCode.MISSING_ASSET, "text", 0));

    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    submit(1);
    worker.expectMessageClass(Perform.class);
  }

  private void openWithText() {
    dispatcher.tell(new DispatcherCommand.OpenJob(JOB, new JobTerms(MODEL, 0)));
    dispatcher.tell(new DispatcherCommand.Provide(JOB, TEXT));
  }

  private void submit(int tag, Supplier<Work> work) {
    Task task =
        new Task(tag, "unit " + tag, BatchTerms.forward(1, 1, 0, true), work, session.getRef());
    dispatcher.tell(new DispatcherCommand.Submit(JOB, List.of(task)));
  }

  private static Work drawnByText(int views) {
    return new Work.PredictNoise(
        Tensor.zeros(views, 4, 8, 8),
        501,
        Collections.nCopies(views, new MicroConditioning(64, 64, 0, 0, 64, 64)),
        Collections.nCopies(views, TEXT.id()),
        new Guidance(5, 0),
        GuidanceHalf.BOTH,
        1);
  }

  private void submit(int batches) {
    dispatcher.tell(new DispatcherCommand.OpenJob(JOB, new JobTerms(MODEL, 0)));
    for (int n = 0; n < batches; n++) {
      Task task =
          new Task(
              n,
              "unit " + n,
              BatchTerms.forward(1, 1, 0, true),
              () -> new Work.DecodeLatent(Tensor.zeros(4, 32, 32), AssetId.NONE, 1),
              session.getRef());
      dispatcher.tell(new DispatcherCommand.Submit(JOB, List.of(task)));
    }
  }

  @Test
  void answersHeartbeats_andGreetsOncePerSession() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    TestProbe<WorkerLinkProtocol.Command> link = kit.createTestProbe();

    beat(worker, link, 0, WireSerializer.VERSION); // on its way since before the greeting
    link.expectMessage(new Heard());

    worker.expectNoMessage(Duration.ofMillis(200));
  }

  @Test
  void greetsAnew_whoWasInSomebodyElsesSession_andTakesWhatItFinishedMeanwhile() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1", ROOMY);
    TestProbe<WorkerLinkProtocol.Command> link = kit.createTestProbe();
    submit(1);
    Perform perform = worker.expectMessageClass(Perform.class);

    beat(worker, link, 4711, WireSerializer.VERSION);
    introduce(worker, "gpu-1", worker.expectMessageClass(Greet.class), ROOMY);
    Perform again = worker.expectMessageClass(Perform.class);
    assertThat(again.lease()).isNotEqualTo(perform.lease());

    complete(worker, perform);
    session.expectMessageClass(Task.Done.class);
    assertThat(worker.expectMessageClass(Withdraw.class).lease()).isEqualTo(again.lease());
  }

  @Test
  void refusesWhoSpeaksAnotherVersion_andTellsIt() {
    TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
    TestProbe<WorkerLinkProtocol.Command> link = kit.createTestProbe();

    beat(worker, link, 0, "99");

    assertThat(link.expectMessageClass(Refused.class).sentence())
        .isEqualTo(
            "worker gpu-1 speaks wire version 99 and the coordinator %s: run the same release on"
                    .formatted(WireSerializer.VERSION)
                + " both");
    worker.expectNoMessage(Duration.ofMillis(200));
  }

  @Test
  void losesWhoLeaves_andGivesItsBatchesToOthers() {
    TestProbe<TileWorkerProtocol.Command> leaving = worker("gpu-1", ROOMY);
    submit(1);
    Perform perform = leaving.expectMessageClass(Perform.class);
    TestProbe<TileWorkerProtocol.Command> other = worker("gpu-2", ROOMY);

    door.tell(new Leaving(leaving.getRef()));

    assertThat(other.expectMessageClass(Perform.class).lease().batch())
        .isEqualTo(perform.lease().batch());
  }

  private void beat(
      TestProbe<TileWorkerProtocol.Command> worker,
      TestProbe<WorkerLinkProtocol.Command> link,
      long inSession,
      String version) {
    door.tell(
        new Heartbeat(worker.getRef(), link.getRef(), "gpu-1", inSession, false, 1000, version));
  }

  private void complete(TestProbe<TileWorkerProtocol.Command> worker, Perform perform) {
    WorkResult result = new WorkResult.DecodedPixels(Tensor.zeros(3, 8, 8));
    door.tell(new Completed(perform.lease(), worker.getRef(), result, 0, 1000));
  }

  private WorkerView drain(String worker, boolean readmit) {
    dispatcher.tell(new DispatcherCommand.Drain(worker, readmit, operator.getRef()));
    return Objects.requireNonNull(operator.receiveMessage().worker());
  }

  /** A probe that was found, greeted, and has introduced itself. */
  private TestProbe<TileWorkerProtocol.Command> worker(String name, int largestMessage) {
    TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
    FakeWorker.join(dispatcher, worker.getRef());
    introduce(worker, name, worker.expectMessageClass(Greet.class), largestMessage);
    return worker;
  }

  private void introduce(
      TestProbe<TileWorkerProtocol.Command> worker, String name, Greet greet, int largestMessage) {
    greet
        .dispatcher()
        .tell(
            new Introduce(
                worker.getRef(), greet.session(), name, FakeWorker.CARD, 1, 2, largestMessage));
  }
}
