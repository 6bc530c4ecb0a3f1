package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * View batches of one timestep that are alike: nothing else decides what a forward costs. {@link
 * #of} says what a {@link Timestep} of the plan will have, without a latent to cut.
 *
 * @param view extent of each view, in latent samples
 * @param views guided views in each batch
 * @param half whether each is one half of the guidance
 * @param samples rows of the forward's input
 * @param count of these batches in every timestep
 */
public record ViewBatchGroup(LatentExtent view, int views, boolean half, int samples, int count) {
  /** What every timestep of a phase has, in the order in which it is handed out. */
  public static List<ViewBatchGroup> of(RenderPlan plan, Phase phase) {
    List<ViewBatchGroup> groups = new ArrayList<>();
    LatentExtent extent = phase.extent();
    LatentExtent sub = new Dilation(extent, phase.dilation()).subExtent();
    add(groups, plan, phase, plan.localView(phase), plan.localViews(phase));
    add(groups, plan, phase, sub, plan.dilatedViews(phase));
    return groups;
  }

  private static void add(
      List<ViewBatchGroup> groups, RenderPlan plan, Phase phase, LatentExtent view, int views) {
    int size = plan.unit().views();
    add(groups, plan, phase, view, size, views / size);
    add(groups, plan, phase, view, views % size, 1);
  }

  private static void add(
      List<ViewBatchGroup> groups,
      RenderPlan plan,
      Phase phase,
      LatentExtent view,
      int size,
      int batches) {
    if (size == 0 || batches == 0) {
      return;
    }
    boolean half = plan.hasHalves(phase);
    boolean both = plan.isGuided(phase) && !half;
    groups.add(
        new ViewBatchGroup(view, size, half, both ? 2 * size : size, half ? 2 * batches : batches));
  }
}
