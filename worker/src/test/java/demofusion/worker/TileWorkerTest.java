package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.wire.WireSerializer;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LogCapturingExtension.class)
class TileWorkerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final JobId JOB = new JobId("lighthouse");
  private static final AssetId TEXT = new AssetId("text");

  private final TestProbe<DispatcherProtocol.Command> dispatcher = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void saysThatItIsThere_andIntroducesItselfWithTwoLeasesForEachLane() {
    ScriptedModel model =
        new ScriptedModel(SyntheticSettings.of(ScriptedModel.GEOMETRY).withLanes(3));
    TestProbe<DispatcherProtocol.Command> members = KIT.createTestProbe();
    ActorRef<Command> worker =
        KIT.spawn(
            TileWorker.create(
                "worker-1",
                model,
                CoordinatorRefs.local(members.getRef()),
                Integer.MAX_VALUE,
                WorkerInstruments.unheard()));
    Heartbeat heartbeat = members.expectMessageClass(Heartbeat.class);
    assertThat(heartbeat.worker()).isEqualTo(worker);
    assertThat(heartbeat.wireVersion()).isEqualTo(WireSerializer.VERSION);

    worker.tell(greet(1));

    Introduce introduction = dispatcher.expectMessageClass(Introduce.class);
    assertThat(introduction.worker()).isEqualTo(worker);
    assertThat(introduction.model()).isEqualTo(model.card());
    assertThat(introduction.credits()).isEqualTo(6);
  }

  @Test
  void answersInTheOrderOfLeases() {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane().letEnd(3));

    for (int n = 0; n < 3; n++) {
      worker.tell(perform(n, unit(1, n)));
    }

    for (int n = 0; n < 3; n++) {
      Completed completed = dispatcher.expectMessageClass(Completed.class);
      assertThat(completed.lease()).isEqualTo(lease(n));
      assertThat(((WorkResult.NoisePrediction) completed.result()).noise().shape())
          .containsExactly(1, 4, 4, 4);
      assertThat(completed.deviceNanos()).isPositive();
    }
  }

  @Test
  void doesEveryKindOfWork() {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane());

    worker.tell(perform(0, new Work.EncodeText(Prompts.of("a lighthouse"), true)));
    worker.tell(perform(1, new Work.EncodePicture(Tensor.zeros(3, 32, 32))));
    worker.tell(perform(2, new Work.SurveyLatent(Tensor.zeros(2, 4, 4, 4), 1, 1)));
    worker.tell(perform(3, new Work.DecodeLatent(Tensor.zeros(4, 4, 4), AssetId.NONE, 1)));

    assertThat(dispatcher.expectMessageClass(Completed.class).result())
        .isInstanceOf(WorkResult.EncodedText.class);
    assertThat(dispatcher.expectMessageClass(Completed.class).result())
        .isInstanceOf(WorkResult.EncodedPicture.class);
    assertThat(dispatcher.expectMessageClass(Completed.class).result())
        .isInstanceOf(WorkResult.SurveyedLatent.class);
    assertThat(dispatcher.expectMessageClass(Completed.class).result())
        .isInstanceOf(WorkResult.DecodedPixels.class);
  }

  @Test
  void runsAsManyForwardsAtOnceAsTheModelHasLanes() throws InterruptedException {
    ScriptedModel model =
        new ScriptedModel(SyntheticSettings.of(ScriptedModel.GEOMETRY).withLanes(2));
    ActorRef<Command> worker = knowing(model);

    for (int n = 0; n < 3; n++) {
      worker.tell(perform(n, unit(1, n)));
    }

    assertThat(model.begun.take() + model.begun.take()).isEqualTo(1f); // the units 0 and 1
    assertThat(model.begun.peek()).isNull();
    model.letEnd(1);
    assertThat(model.begun.take()).isEqualTo(2f);
    model.letEnd(2);
  }

  @Test
  void withdrawsWhatHasNotBegun_andFinishesWhatHas() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));
    model.begun.take();

    worker.tell(new Withdraw(lease(0)));
    worker.tell(new Withdraw(lease(1)));

    Failed withdrawn = dispatcher.expectMessageClass(Failed.class);
    assertThat(withdrawn.lease()).isEqualTo(lease(1));
    assertThat(withdrawn.code()).isEqualTo(FailureCode.CANCELLED);
    model.letEnd(1);
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(0));
  }

  @Test
  void doesALeaseOnce_howeverOftenItComes() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    worker.tell(perform(0, unit(1, 0)));
    model.begun.take();

    worker.tell(perform(0, unit(1, 0)));
    model.letEnd(1);
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(0));
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));
    model.letEnd(2);

    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(1));
  }

  @Test
  void handsBackWhatItDoesNotHave_soThatNoCreditIsLostWithAMessage() {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane());
    worker.tell(greet(1));
    dispatcher.expectMessageClass(Introduce.class);

    worker.tell(new Withdraw(lease(7)));

    Failed handedBack = dispatcher.expectMessageClass(Failed.class);
    assertThat(handedBack.lease()).isEqualTo(lease(7));
    assertThat(handedBack.code()).isEqualTo(FailureCode.CANCELLED);
  }

  @Test
  void beginsANewSessionWithNothing_butFinishesAndAnswersWhatRuns() throws Exception {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    worker.tell(greet(1));
    assertThat(dispatcher.expectMessageClass(Introduce.class).session()).isEqualTo(1);
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));
    model.begun.take();

    worker.tell(greet(2));
    assertThat(dispatcher.expectMessageClass(Introduce.class).session()).isEqualTo(2);
    worker.tell(perform(2, unit(1, 2)));
    model.letEnd(2);

    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(0));
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(2));
  }

  @Test
  void refusesAnAnswerThatTheCoordinatorCouldNotTake_inOneSentence() {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane().letEnd(1));
    worker.tell(new Greet(dispatcher.getRef(), dispatcher.getRef(), 1000, 1));
    dispatcher.expectMessageClass(Introduce.class);

    worker.tell(perform(0, unit(16, 0)));

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.BAD_REQUEST);
    assertThat(failed.sentence()).contains("MiB", "--view-batch", "demofusion.largest-message");
  }

  @Test
  void refusesToPassOnResultsThatAreNotFinite() {
    ScriptedModel model =
        ScriptedModel.oneLane()
            .letEnd(1)
            .spoiling(
                result -> {
                  result.noise().values()[5] = Float.NaN;
                  return result;
                });
    ActorRef<Command> worker = knowing(model);

    worker.tell(perform(0, unit(1, 0)));

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.NOT_FINITE);
    assertThat(failed.sentence()).contains("NaN");
  }

  @Test
  void saysInOneSentenceWhatTheModelThrew_andGoesOn() {
    ScriptedModel model =
        ScriptedModel.oneLane()
            .letEnd(2)
            .spoiling(
                result -> {
                  throw new IllegalStateException("CUDA error: an illegal access\n  at frame 1");
                });
    ActorRef<Command> worker = knowing(model);

    worker.tell(perform(0, unit(1, 0)));
    Failed failed = dispatcher.expectMessageClass(Failed.class);
    model.spoiling(result -> result);
    worker.tell(perform(1, unit(1, 1)));

    assertThat(failed.code()).isEqualTo(FailureCode.DEVICE_ERROR);
    assertThat(failed.sentence()).endsWith("CUDA error: an illegal access").doesNotContain("\n");
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(1));
  }

  @Test
  void handsBackAUnitThatDoesNotFit_andNamesTheLargestThatDoes() {
    ScriptedModel model =
        new ScriptedModel(SyntheticSettings.of(ScriptedModel.GEOMETRY).withMostViews(5))
            .letEnd(100);
    ActorRef<Command> worker = knowing(model);

    worker.tell(perform(0, unit(16, 0)));
    worker.tell(perform(1, unit(5, 0)));

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    assertThat(failed.largestViewBatch()).isEqualTo(5);
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(1));
  }

  @Test
  void missesAnAsset_whenItWasNeverGivenOrIsForgotten() {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane().letEnd(1));

    worker.tell(new Forget(JOB));
    worker.tell(perform(0, unit(1, 0)));

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.MISSING_ASSET);
    assertThat(failed.sentence()).isEqualTo("the worker did not receive the job's asset \"text\"");
  }

  @Test
  void letsGoOfOneAssetAlone_andTellsTheModel() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane().letEnd(1);
    ActorRef<Command> worker = knowing(model);

    worker.tell(new LetGo(JOB, new AssetId("another")));
    worker.tell(perform(0, unit(1, 0)));
    dispatcher.expectMessageClass(Completed.class);
    worker.tell(new LetGo(JOB, new AssetId("text")));
    worker.tell(perform(1, unit(1, 0)));

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.MISSING_ASSET);
    assertThat(model.letGo.take()).isEqualTo("another");
    assertThat(model.letGo.take()).isEqualTo("text");
  }

  @Test
  void tellsTheModelToLetGoOfWhatAJobHad() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);

    worker.tell(new Forget(JOB));

    assertThat(model.letGo.take()).isEqualTo("text");
  }

  @Test
  void handsBackWhatHasNotBegun_whenItsJobIsOver() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));
    worker.tell(
        new Perform(
            new LeaseId(new JobId("dog"), 2, 0),
            new Work.EncodeText(Prompts.of("a dog"), true),
            dispatcher.getRef()));
    model.begun.take();

    worker.tell(new Forget(JOB));
    Failed handedBack = dispatcher.expectMessageClass(Failed.class);
    model.letEnd(1);

    assertThat(handedBack.lease()).isEqualTo(lease(1));
    assertThat(handedBack.code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(0));
    assertThat(dispatcher.expectMessageClass(Completed.class).lease().batch()).isEqualTo(2);
  }

  @Test
  void namesTheLargestThatFits_evenIfTheAssetsAreForgottenMeanwhile() throws InterruptedException {
    ScriptedModel model =
        new ScriptedModel(SyntheticSettings.of(ScriptedModel.GEOMETRY).withMostViews(5));
    ActorRef<Command> worker = knowing(model);
    worker.tell(perform(0, unit(16, 0)));
    model.begun.take();

    worker.tell(new Forget(JOB));
    worker.tell(perform(1, new Work.EncodeText(Prompts.of("a dog"), true)));
    worker.tell(new Withdraw(lease(1))); // once this is answered, the job is forgotten
    dispatcher.expectMessageClass(Failed.class);
    model.letEnd(100);

    Failed failed = dispatcher.expectMessageClass(Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    assertThat(failed.largestViewBatch()).isEqualTo(5);
  }

  @Test
  void finishesWhatRuns_andHandsBackTheRest_whenDrained() throws InterruptedException {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));
    model.begun.take();

    worker.tell(new TileWorker.Drain());
    worker.tell(perform(2, unit(1, 2)));
    worker.tell(new TileWorker.Drain());

    assertThat(dispatcher.expectMessageClass(Failed.class).lease()).isEqualTo(lease(1));
    assertThat(dispatcher.expectMessageClass(Failed.class).lease()).isEqualTo(lease(2));
    model.letEnd(1);
    assertThat(dispatcher.expectMessageClass(Completed.class).lease()).isEqualTo(lease(0));
    dispatcher.expectTerminated(worker);
  }

  @Test
  void checksItsDevice_whenItHasNothingElseToDo() {
    ScriptedModel model = ScriptedModel.oneLane();
    ActorRef<Command> worker = knowing(model);
    TestProbe<String> proved = KIT.createTestProbe();
    worker.tell(perform(0, unit(1, 0)));
    worker.tell(perform(1, unit(1, 1)));

    worker.tell(
        new TileWorker.Prove(
            one -> Optional.of("a fault"), fault -> proved.getRef().tell(fault.orElse("none"))));

    proved.expectNoMessage(Duration.ofMillis(100));
    model.letEnd(1);
    dispatcher.expectMessageClass(Completed.class);
    proved.expectNoMessage(Duration.ofMillis(100));
    model.letEnd(1);
    dispatcher.expectMessageClass(Completed.class);
    proved.expectMessage("a fault");
  }

  @Test
  void hasOneCheckInHand_howeverManyFallDueMeanwhile() throws InterruptedException {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane());
    TestProbe<String> proved = KIT.createTestProbe();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    worker.tell(
        new TileWorker.Prove(
            one -> {
              begun.countDown();
              awaitUninterruptibly(mayEnd);
              return Optional.empty();
            },
            fault -> proved.getRef().tell("first")));
    begun.await();
    for (String name : List.of("second", "third")) {
      worker.tell(
          new TileWorker.Prove(one -> Optional.empty(), fault -> proved.getRef().tell(name)));
    }
    proved.expectNoMessage(Duration.ofMillis(100));

    mayEnd.countDown();

    proved.expectMessage("first");
    proved.expectMessage("third");
    proved.expectNoMessage(Duration.ofMillis(100));
  }

  @ParameterizedTest
  @EnumSource(names = {"OUT_OF_MEMORY", "CANCELLED"})
  void saysNothingOfItsDevice_whereACheckCouldNotBeDone(FailureCode code) {
    ActorRef<Command> worker = knowing(ScriptedModel.oneLane());
    TestProbe<String> proved = KIT.createTestProbe();
    worker.tell(
        new TileWorker.Prove(
            one -> {
              throw new DemofusionException(code, "not now");
            },
            fault -> proved.getRef().tell("not done")));
    proved.expectNoMessage(Duration.ofMillis(100));

    worker.tell(
        new TileWorker.Prove(one -> Optional.empty(), fault -> proved.getRef().tell("done")));

    proved.expectMessage("done");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ActorRef<Command> spawn(DiffusionModel model) {
    return KIT.spawn(
        TileWorker.create("worker-1", model, KIT.system().<DispatcherProtocol.Command>ignoreRef()));
  }

  private Greet greet(long session) {
    return new Greet(dispatcher.getRef(), dispatcher.getRef(), Integer.MAX_VALUE, session);
  }

  /** A worker that remembers the job's embeddings. */
  private ActorRef<Command> knowing(DiffusionModel model) {
    ActorRef<Command> worker = spawn(model);
    WorkResult.EncodedText text =
        model.encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), true));
    worker.tell(new Remember(JOB, text.toConditioning(TEXT)));
    return worker;
  }

  private Perform perform(int batch, Work work) {
    return new Perform(lease(batch), work, dispatcher.getRef());
  }

  private static LeaseId lease(int batch) {
    return new LeaseId(JOB, batch, 0);
  }

  /** That many views of zeros, told apart by their timestep. */
  private static Work.PredictNoise unit(int views, int timestep) {
    return new Work.PredictNoise(
        Tensor.zeros(views, 4, 4, 4),
        timestep,
        Collections.nCopies(views, new MicroConditioning(64, 64, 0, 0, 64, 64)),
        Collections.nCopies(views, TEXT),
        new Guidance(7.5f, 0),
        GuidanceHalf.BOTH,
        1);
  }
}
