package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import java.util.List;
import java.util.stream.Collectors;

/** Jobs by their ids, or by as much of the beginning of one as no other has. */
public final class JobNames {
  private static final int SHOWN = 3;

  private final FarmClient farm;

  public JobNames(FarmClient farm) {
    this.farm = farm;
  }

  /**
   * @param name an id or the beginning of one
   * @throws DemofusionException BAD_REQUEST if it is none, or that of several
   */
  public JobView resolve(String name) {
    if (!JobId.isValid(name)) {
      throw DemofusionException.badRequest("\"" + name + "\" is not a job id: see demofusion jobs");
    }
    return farm.find(new JobId(name)).orElseGet(() -> begunBy(name));
  }

  private JobView begunBy(String beginning) {
    List<JobView> matches =
        farm.jobs(null).stream().filter(job -> job.id().value().startsWith(beginning)).toList();
    if (matches.isEmpty()) {
      throw DemofusionException.badRequest(
          "no job " + beginning + " is visible to this token: see demofusion jobs");
    }
    if (matches.size() > 1) {
      throw DemofusionException.badRequest(
          matches.size()
              + " jobs start with "
              + beginning
              + " ("
              + matches.stream()
                  .limit(SHOWN)
                  .map(job -> job.id().value())
                  .collect(Collectors.joining(", "))
              + (matches.size() > SHOWN ? ", …" : "")
              + "): give more characters of the id");
    }
    return matches.get(0);
  }
}
