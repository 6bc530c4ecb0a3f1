package demofusion.worker;

import demofusion.worker.energy.CardMeters;

/**
 * What a node hears and measures its workers with.
 *
 * @param work of one worker
 * @param tie to its coordinator
 * @param cards of all workers of the process, so that those on one card share what it takes
 */
public record WorkerInstruments(WorkObserver work, LinkObserver tie, CardMeters cards) {
  /** Where nobody listens. */
  public static WorkerInstruments unheard() {
    return new WorkerInstruments(WorkObserver.NONE, LinkObserver.NONE, new CardMeters());
  }
}
