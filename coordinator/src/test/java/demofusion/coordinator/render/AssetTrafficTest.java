package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.wire.WireSize;
import demofusion.protocol.work.AssetId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What workers are sent beside their work: each asset once to each (conditioning section 2.6). */
@ExtendWith(LogCapturingExtension.class)
class AssetTrafficTest {
  private static final RenderSpec STEERED = ToyMethod.STEERED.spec();
  private static final PictureBytes PICTURE = Steering.picture(192, 136);
  private static final AssetId CONTROL =
      ConditionIds.picture(Steering.on(PICTURE), PICTURE, AreaPlace.all(new PixelExtent(192, 136)));

  private final Farm farm = new Farm();
  private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
  @TempDir Path temporary;

  /** What one worker was sent. */
  private static final class Traffic {
    final Map<AssetId, Integer> times = new ConcurrentHashMap<>();
    final Map<AssetId, Long> bytes = new ConcurrentHashMap<>();
    final Map<AssetId, Integer> letGo = new ConcurrentHashMap<>();
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private Behavior<Command> heard(String name) {
    Traffic mine = traffic.computeIfAbsent(name, any -> new Traffic());
    return Behaviors.intercept(
        () ->
            new BehaviorInterceptor<Command, Command>(Command.class) {
              @Override
              public Behavior<Command> aroundReceive(
                  TypedActorContext<Command> context,
                  Command message,
                  ReceiveTarget<Command> target) {
                if (message instanceof Remember remember) {
                  mine.times.merge(remember.asset().id(), 1, Integer::sum);
                  mine.bytes.merge(remember.asset().id(), WireSize.of(remember.asset()), Long::sum);
                } else if (message instanceof LetGo letGo) {
                  mine.letGo.merge(letGo.asset(), 1, Integer::sum);
                }
                return target.apply(context, message);
              }
            },
        FakeWorker.create(name, perform -> Step.ANSWER, name.hashCode()));
  }

  @Test
  void sendsEachAssetOnceToEachWorker_andTakesThoseOfPhasesBack() {
    farm.add(heard("worker-1"));
    farm.add(heard("worker-2"));

    farm.submit(temporary.resolve("job"), STEERED);
    farm.next(RenderEvent.Finished.class);

    Set<AssetId> ofPhases = new HashSet<>();
    for (Traffic one : traffic.values()) {
      assertThat(one.times.values()).containsOnly(1);
      List<AssetId> pictures =
          one.times.keySet().stream().filter(id -> id.value().startsWith("phase ")).toList();
      ofPhases.addAll(pictures);
      farm.listener.awaitAssert(
          () -> assertThat(pictures).allMatch(one.letGo::containsKey)); // it may be on its way
      long bytes = one.bytes.getOrDefault(CONTROL, 0L);
      assertThat(bytes).isLessThan(3L * 192 * 136 + 1000); // a PNG, not views of it
    }
    assertThat(ofPhases).hasSize(2);
    assertThat(traffic.values()).anyMatch(one -> one.times.containsKey(CONTROL));
  }
}
