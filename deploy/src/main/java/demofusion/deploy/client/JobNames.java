package demofusion.deploy.client;

import demofusion.coordinator.job.JobView;
import demofusion.protocol.DemofusionException;
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
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
      throw DemofusionException.badRequest("\"" + name + "\" is no job's id: see demofusion jobs");
    }
    return farm.find(name).orElseGet(() -> begunBy(name));
  }

  private JobView begunBy(String beginning) {
    List<JobView> matches =
        farm.jobs(null).stream().filter(job -> job.id().startsWith(beginning)).toList();
    if (matches.isEmpty()) {
      throw DemofusionException.badRequest(
          "there is no job " + beginning + " that this token may see: see demofusion jobs");
    }
    if (matches.size() > 1) {
      throw DemofusionException.badRequest(
          matches.size()
              + " jobs begin with "
              + beginning
              + " ("
              + matches.stream().limit(SHOWN).map(JobView::id).collect(Collectors.joining(", "))
              + (matches.size() > SHOWN ? ", …" : "")
              + "): give more of the id");
    }
    return matches.get(0);
  }
}
