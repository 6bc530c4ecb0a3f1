package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.Precision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorkerRosterTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ModelSettings THREE = new ModelSettings(Map.of("guidanceScale", 3));
  private static final ModelSettings FIVE = new ModelSettings(Map.of("guidanceScale", 5));

  private final WorkerRoster roster = new WorkerRoster();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private void join(String name, ModelCard card) {
    ActorRef<TileWorkerProtocol.Command> worker =
        KIT.<TileWorkerProtocol.Command>createTestProbe().getRef();
    long session = roster.add(worker, 0, Instant.EPOCH).session();
    roster.introduce(new Introduce(worker, session, name, card, 1, 2, 1 << 20));
  }

  private static ModelCard toy(ModelSettings settings) {
    return FakeWorker.CARD.withSettings(settings);
  }

  @Test
  void believesTheFirstByName_ofThoseThatRecommendSomething_whoeverCameFirst() {
    join("studio-2", toy(FIVE));
    join("studio-0", toy(ModelSettings.NONE));
    join("studio-1", toy(THREE));

    assertThat(roster.models()).extracting(ModelCard::settings).isEqualTo(List.of(THREE));
    assertThat(roster.isDisputed(FakeWorker.CARD.hash())).isTrue();
    assertThat(roster.recommending(FakeWorker.CARD.hash()).map(Introduce::name))
        .hasValue("studio-1");
  }

  @Test
  void takesOneModelOnTwoKindsOfDevices_forOne() {
    ModelCard toy = toy(ModelSettings.NONE);
    join("a", toy);
    join(
        "b",
        new ModelCard(
                "toy", toy.hash(), toy.geometry(), toy.scheduler(), Precision.FLOAT16, "cuda:0")
            .withSettings(FIVE));

    assertThat(roster.models()).extracting(ModelCard::settings).isEqualTo(List.of(FIVE, FIVE));
  }

  @Test
  void hasNothingToSettle_whereAllAgree() {
    join("a", toy(THREE));
    join("b", toy(THREE));

    assertThat(roster.isDisputed(FakeWorker.CARD.hash())).isFalse();
  }
}
