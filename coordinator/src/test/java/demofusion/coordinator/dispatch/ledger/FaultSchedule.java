package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.VirtualTime.MILLIS;
import static demofusion.coordinator.dispatch.ledger.VirtualTime.SECONDS;

import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One history of a farm, all of it drawn from one seed: how many workers, how fast, how bad the
 * network, and what befalls whom and when. The cluster notices after five seconds that a worker is
 * gone; one that only seemed to be gone comes back under another address and finishes what it had.
 * The first worker is never broken for good, since somebody has to do the work; a device of another
 * that hangs hangs until all pictures are done.
 */
final class FaultSchedule {
  private static final long VIEW = 200 * MILLIS;
  private static final long NOTICED_AFTER = 5 * SECONDS;
  private static final long LATEST = 6 * 3600 * SECONDS;

  /** What can happen. */
  enum Fault {
    KILL,
    PAUSE,
    CUT,
    NAN,
    SLOW,
    HANG,
    COORDINATOR
  }

  final VirtualTime time = new VirtualTime();
  final SimulatedCoordinator coordinator;
  private final Random chance;
  private final SimulatedNetwork network;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private boolean isOver;

  FaultSchedule(Random chance, LedgerRules rules) {
    this.chance = chance;
    long delay = chance.nextInt(4) * 5L * MILLIS;
    long more = chance.nextInt(3) * 150L * MILLIS;
    int twice = chance.nextInt(3) * 40;
    int lost = chance.nextInt(3) * 10;
    this.network =
        new SimulatedNetwork(
            time, new SimulatedNetwork.Habits(delay, more, twice, lost, 0.3), chance);
    this.coordinator = new SimulatedCoordinator(time, network, rules);
    int count = 1 + chance.nextInt(5);
    for (int n = 0; n < count; n++) {
      long pace = VIEW * (chance.nextInt(6) == 0 ? 10 : 1 + chance.nextInt(3));
      workers.add(
          new SimulatedWorker("worker-" + n, pace, time, network, RenderedPicture::predict));
    }
  }

  /** Renders the pictures, whatever happens, and goes on until nothing is in anybody's hands. */
  void play(List<? extends SimulatedPicture> pictures) {
    for (int n = 0; n < pictures.size(); n++) {
      coordinator.begin(new JobId("job-" + n), chance.nextInt(2), pictures.get(n));
    }
    workers.forEach(worker -> time.after(chance.nextLong(SECONDS), () -> arrive(worker)));
    int faults = chance.nextInt(8);
    for (int n = 0; n < faults; n++) {
      Fault fault = Fault.values()[chance.nextInt(Fault.values().length)];
      time.after(chance.nextLong(12 * SECONDS), () -> happen(fault));
    }
    time.runUntil(coordinator::isDone, LATEST);
    isOver = true;
    workers.forEach(SimulatedWorker::hangNoMore);
    time.runUntil(coordinator::isQuiet, LATEST + time.now());
  }

  /** Comes into the cluster, as soon as it can be reached. */
  private void arrive(SimulatedWorker worker) {
    if (worker.isDead) {
      return; // and comes when it lives again
    }
    if (network.isCut(worker) || worker.pausedUntil > time.now()) {
      time.after(SECONDS, () -> arrive(worker));
    } else {
      coordinator.meet(worker);
    }
  }

  private void happen(Fault fault) {
    if (isOver) {
      return;
    }
    int which = chance.nextInt(workers.size());
    SimulatedWorker worker = workers.get(which);
    switch (fault) {
      case KILL -> kill(worker);
      case PAUSE -> pause(worker, chance.nextLong(30 * SECONDS));
      case CUT -> cut(worker, chance.nextLong(20 * SECONDS));
      case NAN -> spoil(worker, which == 0 ? 2 * SECONDS : chance.nextLong(3600 * SECONDS));
      case SLOW -> slowDown(worker, chance.nextLong(60 * SECONDS));
      case HANG -> hang(worker, which == 0 ? 20 * SECONDS : Long.MAX_VALUE);
      case COORDINATOR -> killCoordinator();
    }
  }

  private void kill(SimulatedWorker worker) {
    WorkerId id = worker.id;
    worker.die();
    time.after(NOTICED_AFTER, () -> coordinator.lose(id));
    time.after(
        NOTICED_AFTER + chance.nextLong(10 * SECONDS),
        () -> {
          if (worker.isDead) {
            worker.liveAgain();
            arrive(worker);
          }
        });
  }

  private void pause(SimulatedWorker worker, long length) {
    worker.pausedUntil = Math.max(worker.pausedUntil, time.now() + length);
    beAway(worker, length);
  }

  private void cut(SimulatedWorker worker, long length) {
    network.cut(worker, time.now() + length);
    beAway(worker, length);
  }

  /** After a short absence nobody has noticed; after a long one it comes back as another. */
  private void beAway(SimulatedWorker worker, long length) {
    if (length < NOTICED_AFTER) {
      return;
    }
    WorkerId id = worker.id;
    time.after(NOTICED_AFTER, () -> coordinator.lose(id));
    time.after(
        length,
        () -> {
          if (!worker.isDead && worker.id.equals(id)) {
            worker.joinAgain();
            coordinator.lose(id);
            arrive(worker);
          }
        });
  }

  private void spoil(SimulatedWorker worker, long length) {
    worker.saysNaN = true;
    time.after(length, () -> worker.saysNaN = false);
  }

  private void slowDown(SimulatedWorker worker, long length) {
    worker.nanosPerView *= 10;
    time.after(length, () -> worker.nanosPerView /= 10);
  }

  /** Its device answers no more, while its actor does; somebody stops it at the very last. */
  private void hang(SimulatedWorker worker, long length) {
    worker.hangs = true;
    if (length < Long.MAX_VALUE) {
      time.after(length, worker::hangNoMore);
    }
  }

  private void killCoordinator() {
    if (coordinator.isDown()) {
      return;
    }
    coordinator.die();
    time.after(
        2 * SECONDS,
        () -> {
          coordinator.liveAgain();
          workers.forEach(worker -> time.after(1 + chance.nextLong(SECONDS), () -> arrive(worker)));
        });
  }
}
