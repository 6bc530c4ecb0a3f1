package demofusion.deploy.node;

import demofusion.coordinator.store.DataFolder;
import demofusion.deploy.config.NodeAddress;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root of a coordinator: dispatcher, queue, jobs and HTTP, and no model. It is the
 * first node of its cluster, so it waits for nobody.
 */
public final class CoordinatorNode {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNode.class);

  private final ActorSystem<CoordinatorGuardian.Command> system;

  private final DataFolder data;

  private CoordinatorNode(ActorSystem<CoordinatorGuardian.Command> system, DataFolder data) {
    this.system = system;
    this.data = data;
  }

  /**
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if another coordinator has the
   *     folder, or it cannot listen
   */
  public static CoordinatorNode start(CoordinatorSettings settings) {
    DataFolder data = DataFolder.open(settings.data());
    CoordinatorNode node;
    try {
      node =
          new CoordinatorNode(
              FarmSystem.start(
                  CoordinatorGuardian.create(settings),
                  FarmSystem.COORDINATOR,
                  settings.endpoint(),
                  settings.security().remoting()),
              data);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
    LOG.info("event=coordinator-ready address={} data={}", node.address(), settings.data());
    return node;
  }

  /** Where workers find it. */
  public NodeAddress address() {
    return FarmSystem.address(system);
  }

  /** Begins to end it; may be called from any thread. */
  public void stop() {
    LOG.info("event=coordinator-stopping");
    system.tell(new CoordinatorGuardian.Close());
  }

  /** Until it has ended. */
  public void awaitEnd() {
    system.getWhenTerminated().toCompletableFuture().join();
    data.close();
  }
}
