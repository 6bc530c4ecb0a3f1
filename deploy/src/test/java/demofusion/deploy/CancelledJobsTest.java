package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.TileWorker;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Jobs that end at any moment, as those of clients who cancel: whatever a worker has of them then
 * is handed back or finished, and no batch fails.
 */
class CancelledJobsTest {
  private static final int JOBS = 1_000;
  private static final int BATCHES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AssetId TEXT = new AssetId("text");
  private static final SyntheticModel MODEL =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)).withLanes(2));

  private final ActorTestKit kit = ActorTestKit.create();
  private final Queue<FailureCode> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void noBatchFails_whenJobsEndInTheMiddle() {
    DispatchObserver observer =
        new DispatchObserver() {
          @Override
          public void failed(BatchKind kind, String worker, double tiles, FailureCode code) {
            failures.add(code);
          }
        };
    ActorRef<DispatcherCommand> dispatcher =
        kit.spawn(Dispatcher.create(Integer.MAX_VALUE, observer));
    for (String name : List.of("one", "two")) {
      kit.spawn(TileWorker.create(name, MODEL, Dispatcher.forWorkers(dispatcher)));
    }
    Random random = new Random(11);
    Asset text =
        MODEL.encodeText(new Work.EncodeText(Prompts.of("a dog"), true)).toConditioning(TEXT);

    for (int n = 0; n < JOBS; n++) {
      JobId job = new JobId("job-" + n);
      TestProbe<Task.Outcome> session = kit.createTestProbe();
      dispatcher.tell(new DispatcherCommand.OpenJob(job, new JobTerms(MODEL.card().kind(), n % 3)));
      dispatcher.tell(new DispatcherCommand.Provide(job, text));
      dispatcher.tell(
          new DispatcherCommand.Submit(
              job, IntStream.range(0, BATCHES).mapToObj(tag -> task(tag, session)).toList()));
      for (int answers = random.nextInt(BATCHES); answers > 0; answers--) {
        session.expectMessageClass(Task.Done.class, PATIENCE);
      }
      dispatcher.tell(new DispatcherCommand.CloseJob(job));
      session.stop();
    }

    assertThat(failures).isEmpty();
  }

  private static Task task(int tag, TestProbe<Task.Outcome> session) {
    return new Task(
        tag,
        "unit " + tag,
        BatchTerms.forward(1, 1, 0, true),
        () ->
            new Work.PredictNoise(
                Tensor.zeros(1, 4, 8, 8),
                501,
                Collections.nCopies(1, new MicroConditioning(64, 64, 0, 0, 64, 64)),
                List.of(TEXT),
                new Guidance(5, 0),
                GuidanceHalf.BOTH,
                1),
        session.getRef());
  }
}
