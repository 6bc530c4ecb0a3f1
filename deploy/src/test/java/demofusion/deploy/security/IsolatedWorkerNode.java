package demofusion.deploy.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.TileWorker;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * A node with a worker in it, and a dispatcher's ear to ask another node's worker. Its transport is
 * the farm's own; it joins nobody.
 */
final class IsolatedWorkerNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SIDE = 160;

  private final ActorTestKit kit;
  private final TestProbe<DispatcherProtocol.Command> answers;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private int leases; // a worker answers each once only

  /**
   * @param security what keeps strangers out; empty: nothing
   */
  IsolatedWorkerNode(Config security) {
    kit =
        ActorTestKit.create(
            "demofusion",
            security
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        pekko.actor.provider = cluster
                        pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                        pekko.cluster.jmx.enabled = off
                        # A connection being made just then can keep remoting from ending.
                        pekko.actor.testkit.typed.system-shutdown-default = 10 s
                        pekko.actor.testkit.typed.throw-on-shutdown-timeout = off
                        """))
                .withFallback(ConfigFactory.load("farm-remoting")));
    SyntheticModel model = new SyntheticModel(SyntheticSettings.of(new ModelGeometry(SIDE, 4, 8)));
    kit.spawn(
        TileWorker.create("worker", model, kit.system().<DispatcherProtocol.Command>ignoreRef()),
        "worker");
    answers = kit.createTestProbe();
    dispatcher =
        kit.spawn(
            Behaviors.monitor(DispatcherProtocol.Command.class, answers.ref(), Behaviors.ignore()),
            "dispatcher");
  }

  ActorSystem<?> system() {
    return kit.system();
  }

  int port() {
    return Cluster.get(kit.system()).selfMember().address().getPort().orElseThrow();
  }

  /**
   * Has another node's worker decode a latent. Both ways it is more than an ordinary frame holds:
   * what arrives has come through the large channel.
   */
  Completed ask(IsolatedWorkerNode other) {
    tell(other);
    return answers.expectMessageClass(Completed.class, PATIENCE);
  }

  /** The same, without waiting for an answer. */
  void tell(IsolatedWorkerNode other) {
    ActorRef<TileWorkerProtocol.Command> worker =
        ActorRefResolver.get(kit.system())
            .resolveActorRef("pekko://demofusion@127.0.0.1:" + other.port() + "/user/worker");
    worker.tell(
        new Perform(
            new LeaseId(new JobId("lighthouse"), 1, ++leases),
            new Work.DecodeLatent(latent(), AssetId.NONE, 1),
            dispatcher));
  }

  /** That no answer has come so far. */
  void hasHeardNothing() {
    answers.expectNoMessage(Duration.ZERO);
  }

  private static Tensor latent() {
    Tensor latent = Tensor.zeros(4, SIDE, SIDE);
    Random random = new Random(1);
    for (int n = 0; n < latent.values().length; n++) {
      latent.values()[n] = (float) random.nextGaussian();
    }
    return latent;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
