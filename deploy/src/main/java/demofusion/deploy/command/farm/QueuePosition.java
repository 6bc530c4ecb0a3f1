package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.List;

/** Where a job stands among those that wait. */
final class QueuePosition {
  private QueuePosition() {}

  /**
   * How many waiting jobs, of those that may be seen, go before one: more urgent ones, its owner's
   * earlier ones, and of each other owner about as many. The coordinator counts work and what was
   * drawn before, which nobody else knows.
   */
  static int before(JobView job, FarmClient farm) {
    return before(job, farm.jobs(JobState.QUEUED));
  }

  static int before(JobView job, List<JobView> queued) {
    long turn = earlierOfItsOwner(job, queued);
    return (int)
        queued.stream()
            .filter(other -> !other.id().equals(job.id()))
            .filter(other -> goesFirst(other, job, turn, queued))
            .count();
  }

  private static boolean goesFirst(JobView other, JobView job, long turn, List<JobView> queued) {
    if (other.priority() != job.priority()) {
      return other.priority() > job.priority();
    }
    if (other.owner().equals(job.owner())) {
      return isEarlier(other, job);
    }
    long othersTurn = earlierOfItsOwner(other, queued);
    return othersTurn < turn || (othersTurn == turn && isEarlier(other, job));
  }

  private static long earlierOfItsOwner(JobView job, List<JobView> queued) {
    return queued.stream()
        .filter(other -> other.owner().equals(job.owner()))
        .filter(other -> other.priority() == job.priority() && isEarlier(other, job))
        .count();
  }

  private static boolean isEarlier(JobView other, JobView job) {
    return other.submittedAt().isBefore(job.submittedAt());
  }
}
