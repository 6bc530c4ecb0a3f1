package demofusion.coordinator.job;

import demofusion.coordinator.job.record.Backlog;
import demofusion.coordinator.job.record.FolderReader;
import demofusion.coordinator.job.record.FolderTasks;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.store.DataFolder;
import java.time.Instant;

/** What the parts of a {@link JobKeeper} share: the jobs, and what they are kept with. */
record JobContext(
    DataFolder data,
    JobSettings settings,
    JobEnvironment environment,
    Backlog backlog,
    KnownModels models,
    Watchers watchers,
    FolderTasks<Jobs.Command> tasks) {
  FolderReader reader() {
    return new FolderReader(data);
  }

  Instant now() {
    return environment.clock().instant();
  }

  /** A job's state is another: it counts as such from now on, and whoever watches is told. */
  void changed(Job job) {
    backlog.note(job);
    watchers.state(job);
  }
}
