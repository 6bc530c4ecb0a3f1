package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.List;

/** Where a job stands among those that wait. */
final class QueuePosition {
  private QueuePosition() {}

  /** How many waiting jobs, of those that may be seen, go before one. */
  static int before(JobView job, FarmClient farm) {
    return before(job, farm.jobs(JobState.QUEUED));
  }

  static int before(JobView job, List<JobView> queued) {
    return (int) queued.stream().filter(other -> goesFirst(other, job)).count();
  }

  private static boolean goesFirst(JobView other, JobView job) {
    if (other.id().equals(job.id())) {
      return false;
    }
    return other.priority() != job.priority()
        ? other.priority() > job.priority()
        : other.submittedAt().isBefore(job.submittedAt());
  }
}
