package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.wire.WireSerializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is lost and when, in a time of the test's own; heartbeats come every second. */
class WorkerMembershipTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int SESSION_UNKNOWN = 0;

  private final TestProbe<TileWorkerProtocol.Command> worker = KIT.createTestProbe();
  private final TestProbe<WorkerLinkProtocol.Command> link = KIT.createTestProbe();
  private final TestProbe<DispatcherProtocol.Command> dispatcher = KIT.createTestProbe();
  private final LeaseLedger ledger = new LeaseLedger(LedgerRules.startingAt(1));
  private final WorkerRoster roster = new WorkerRoster();
  private final List<WorkerId> lost = new ArrayList<>();
  private final ModelSubscriptions models = new ModelSubscriptions();
  private final WorkerMembership membership =
      new WorkerMembership(
          roster,
          models,
          new WorkerOutbox(roster, dispatcher.getRef(), dispatcher.getRef(), Integer.MAX_VALUE),
          ledger,
          new BatchWatch(ledger, DispatchObserver.NONE),
          new DispatchLog(ledger),
          lost::add);
  private long millis;
  private long session;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void join() {
    beat(SESSION_UNKNOWN, false);
    session = worker.expectMessageClass(Greet.class).session();
    introduce(session);
  }

  @Test
  void keepsAWorkerThatIsHeard_andHears() {
    pass(60, true);

    assertThat(lost).isEmpty();
  }

  @Test
  void losesAWorkerThatIsHeard_butHearsNothing_asOnALineThatWorksOneWay() {
    pass(19, false);
    assertThat(lost).isEmpty();

    pass(2, false);
    assertThat(lost).containsExactly(WorkerRoster.id(worker.getRef()));
  }

  @Test
  void takesItOnAgain_whenItHearsAgain() {
    pass(21, false);
    worker.expectMessageClass(Greet.class);

    assertThat(roster.all()).hasSize(1);
    assertThat(roster.introduction(WorkerRoster.id(worker.getRef()))).isNull();
  }

  @Test
  void isHeardOnlyWhenItHasAnsweredTheGreeting_whichNothingMayOvertake() {
    beat(session, true);
    link.expectMessageClass(WorkerLinkProtocol.Heard.class);

    pass(21, false); // lost, and greeted anew by what it says then
    worker.expectMessageClass(Greet.class);
    link.receiveSeveralMessages(19); // one for each heartbeat until it was lost at 20 s
    beat(session, true);

    link.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void takesAnAnswerToAnyOfItsGreetings_whenTheFirstTookLongerThanAWorkerIsWaitedFor() {
    pass(21, false); // lost, and greeted anew by what it says then
    long late = worker.expectMessageClass(Greet.class).session();

    pass(25, false);
    introduce(late);

    assertThat(worker.receiveSeveralMessages(12))
        .allSatisfy(greet -> assertThat(((Greet) greet).session()).isEqualTo(late));
    assertThat(roster.introduction(WorkerRoster.id(worker.getRef()))).isNotNull();
    assertThat(lost).hasSize(1);
  }

  @Test
  void doesNotEndTheSession_whenTheWorkerSaysWhatItWasInBefore_asHeartbeatsOvertakeAnswers() {
    passSilently(21);
    beat(SESSION_UNKNOWN, false);
    long now = worker.expectMessageClass(Greet.class).session();
    beat(session, false); // not greeted yet
    introduce(now);
    beat(session, true); // sent before the answer

    assertThat(lost).hasSize(1);
    beat(session + 1, true); // that of another coordinator, and no mistake
    assertThat(lost).hasSize(2);
  }

  @Test
  void forgetsWhoNeverAnsweredTheGreeting_whenItSaysNothingMore() {
    pass(21, false);
    assertThat(roster.all()).hasSize(1);

    passSilently(21);

    assertThat(roster.all()).isEmpty();
  }

  @Test
  void greetsNobodyWhoStillLoadsItsModel_andKnowsAboutItForAsLongAsItSaysSo() {
    TestProbe<TileWorkerProtocol.Command> loading = KIT.createTestProbe();
    TestProbe<WorkerLinkProtocol.Command> itsLink = KIT.createTestProbe();
    membership.heartbeat(
        new Heartbeat(
            loading.getRef(),
            itsLink.getRef(),
            "gpu-2",
            Heartbeat.LOADING,
            false,
            1000,
            WireSerializer.VERSION),
        nanos(),
        givenUp -> {});

    itsLink.expectMessageClass(WorkerLinkProtocol.Heard.class);
    loading.expectNoMessage(Duration.ofMillis(50));
    assertThat(roster.all()).hasSize(1);
    assertThat(models.now(roster.models()).isLoading()).isTrue();
    pass(3, true);
    assertThat(models.now(roster.models()).isLoading()).isTrue();
    pass(2, true);
    assertThat(models.now(roster.models()).isLoading()).isFalse();
  }

  private void introduce(long inSession) {
    membership.introduced(
        new Introduce(worker.getRef(), inSession, "gpu-1", FakeWorker.CARD, 1, 2, 1 << 20),
        nanos());
  }

  private void pass(int seconds, boolean hears) {
    for (int second = 0; second < seconds; second++) {
      passSilently(1);
      beat(session, hears);
    }
  }

  private void passSilently(int seconds) {
    for (int tenth = 0; tenth < 10 * seconds; tenth++) {
      millis += 100;
      membership.tick(nanos(), givenUp -> {});
    }
  }

  private void beat(long inSession, boolean hears) {
    membership.heartbeat(
        new Heartbeat(
            worker.getRef(),
            link.getRef(),
            "gpu-1",
            inSession,
            hears,
            1000,
            WireSerializer.VERSION),
        nanos(),
        givenUp -> {});
  }

  private long nanos() {
    return Duration.ofMillis(millis).toNanos();
  }
}
