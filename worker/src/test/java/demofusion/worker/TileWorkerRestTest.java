package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.ReloadedModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import demofusion.worker.proof.SelfCheck;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose device somebody wants: what becomes of its model. */
@ExtendWith(LogCapturingExtension.class)
class TileWorkerRestTest {
  private static final Duration LOADING = Duration.ofMillis(300);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<DispatcherProtocol.Command> dispatcher = kit.createTestProbe();
  private final Semaphore gate = new Semaphore(1); // taken: what runs goes on running
  private final AtomicInteger loaded = new AtomicInteger();
  private final ReloadedModel model = new ReloadedModel(this::load, null);
  private final ActorRef<Command> worker =
      kit.spawn(
          TileWorker.create(
              "worker-1", model, kit.system().<DispatcherProtocol.Command>ignoreRef()));

  private DiffusionModel load() {
    if (loaded.incrementAndGet() > 1) {
      try {
        Thread.sleep(LOADING.toMillis());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return new ForwardingModel(
        new SyntheticModel(
            SyntheticSettings.of(ScriptedModel.GEOMETRY).withTimePerView(Duration.ofMillis(1)))) {
      @Override
      public WorkResult.DecodedPixels decode(
          Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
        gate.acquireUninterruptibly();
        gate.release();
        return super.decode(work, survey);
      }
    };
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    model.close();
  }

  @Test
  void takesItsModelOffTheDevice_andLoadsItForTheNextWork_whichHadToWait() {
    worker.tell(new Rest());
    dispatcher.awaitAssert(() -> resting(true));

    worker.tell(perform());

    Completed completed = dispatcher.expectMessageClass(Completed.class);
    assertThat(completed.waitedNanos()).isGreaterThanOrEqualTo(LOADING.toNanos());
    assertThat(completed.deviceNanos()).isLessThan(completed.waitedNanos());
    resting(false);
    assertThat(loaded).hasValue(2);
  }

  @Test
  void checksNoDeviceThatSomebodyWants() {
    worker.tell(new Rest());
    dispatcher.awaitAssert(() -> resting(true));
    TestProbe<String> checked = kit.createTestProbe();
    SelfCheck check =
        model -> {
          checked.getRef().tell("checked");
          return Optional.empty();
        };

    worker.tell(new TileWorker.Prove(check, fault -> {}));
    worker.tell(new Rest()); // and what was said before is done
    checked.expectNoMessage(Duration.ofMillis(300));
    resting(true);

    worker.tell(perform());
    dispatcher.expectMessageClass(Completed.class);
    checked.expectMessage("checked"); // as soon as it is there again
  }

  @Test
  void restsAsSoonAsItsLastWorkIsDone_withoutBeingToldAgain() {
    workWaits();
    worker.tell(perform(0));
    worker.tell(perform(1));
    worker.tell(new Rest());
    releaseWhenHeard();

    dispatcher.expectMessageClass(Completed.class);
    dispatcher.expectMessageClass(Completed.class);

    dispatcher.awaitAssert(() -> resting(true));
    assertThat(loaded).hasValue(1);
  }

  @Test
  void doesNotCheckTheDevice_whenItsLastWorkIsDoneAndSomebodyWantsIt() {
    TestProbe<String> checked = kit.createTestProbe();
    SelfCheck check =
        model -> {
          checked.getRef().tell("checked");
          return Optional.empty();
        };
    workWaits();
    worker.tell(perform(0));
    worker.tell(perform(1));
    worker.tell(new TileWorker.Prove(check, fault -> {}));
    worker.tell(new Rest());
    releaseWhenHeard();

    dispatcher.expectMessageClass(Completed.class);
    dispatcher.expectMessageClass(Completed.class);

    dispatcher.awaitAssert(() -> resting(true));
    checked.expectNoMessage(Duration.ofMillis(300));
    resting(true);
  }

  @Test
  void stays_whereWorkCameAfterTheWordToRest() {
    workWaits();
    worker.tell(perform(0));
    worker.tell(new Rest());
    worker.tell(perform(1));
    releaseWhenHeard();

    dispatcher.expectMessageClass(Completed.class);
    dispatcher.expectMessageClass(Completed.class);
    worker.tell(perform(2));
    dispatcher.expectMessageClass(Completed.class);

    resting(false);
    assertThat(loaded).hasValue(1);
  }

  /** What the worker is given goes on running until {@link #releaseWhenHeard}. */
  private void workWaits() {
    gate.acquireUninterruptibly();
    worker.tell(new Greet(dispatcher.getRef(), kit.system().ignoreRef(), Integer.MAX_VALUE, 1));
    dispatcher.expectMessageClass(DispatcherProtocol.Introduce.class);
  }

  /** A worker answers at once for what it does not have, after all that it was told before. */
  private void releaseWhenHeard() {
    worker.tell(new Withdraw(perform(99).lease()));
    dispatcher.expectMessageClass(DispatcherProtocol.Failed.class);
    gate.release();
  }

  private Void resting(boolean isResting) {
    assertThat(model.isResting()).isEqualTo(isResting);
    return null;
  }

  private Perform perform() {
    return perform(0);
  }

  private Perform perform(int number) {
    return new Perform(
        new LeaseId(new JobId("lighthouse"), number, 0),
        new Work.DecodeLatent(Tensor.zeros(4, 4, 4), AssetId.NONE, 1),
        dispatcher.getRef());
  }
}
