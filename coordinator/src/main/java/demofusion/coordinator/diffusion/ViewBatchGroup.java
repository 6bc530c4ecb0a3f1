package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mixture.ViewGroups;
import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * View batches of one timestep that are alike: nothing else decides what a forward costs. {@link
 * #of} says what a {@link Timestep} of the plan will have, without a latent to cut.
 *
 * @param view extent of each view, in latent samples
 * @param views guided views in each batch; one that is drawn with several texts is as many
 * @param half whether each is one half of the guidance
 * @param samples rows of the forward's input
 * @param count of these batches in every timestep
 */
public record ViewBatchGroup(LatentExtent view, int views, boolean half, int samples, int count) {
  /**
   * What every timestep of a phase has, in the order in which it is handed out; with regions or a
   * mask, what it has about: how many prompts a window meets, and whether it is predicted at all,
   * changes with its jitter.
   */
  public static List<ViewBatchGroup> of(RenderPlan plan, Phase phase) {
    return plan.mixed().isEmpty()
        ? plain(plan, phase)
        : plan.mixed().get(plan.phases().indexOf(phase));
  }

  /**
   * With regions or a mask, and windows where one draw of the jitter moves them. Where a solver
   * asks twice a step, a mask leaves out views of the second time alone: then it is what the first
   * has.
   */
  static List<ViewBatchGroup> mixed(RenderPlan plan, Phase phase) {
    Views views = new Views(plan, phase);
    ViewGroups groups = new ViewGroups(plan.groupRules(phase), plan.regions(phase));
    boolean asksTwice = plan.evaluations(phase) > plan.timesteps(phase);
    Predicate<View> isDrawn = views.drawn(asksTwice ? null : plan.maskedSamples(phase));
    groups.add(views.local(RandomStreams.of(plan.spec().seed()).python()), isDrawn);
    groups.add(views.dilated(), isDrawn);
    boolean isGuided = plan.isGuided(phase);
    Map<ViewBatchGroup, Integer> counts = new LinkedHashMap<>();
    for (ViewBatch batch : groups.batches()) {
      int rows = batch.rows().size();
      boolean half = batch.half() != GuidanceHalf.BOTH;
      LatentExtent view = batch.rows().get(0).view().extent();
      int others = batch.sharesUnconditional() ? batch.tileRows().count() : rows;
      int samples = isGuided && !half ? rows + others : rows;
      counts.merge(new ViewBatchGroup(view, rows, half, samples, 1), 1, Integer::sum);
    }
    List<ViewBatchGroup> mixed = new ArrayList<>();
    counts.forEach((one, count) -> mixed.add(one.times(count)));
    return List.copyOf(mixed);
  }

  private ViewBatchGroup times(int many) {
    return new ViewBatchGroup(view, views, half, samples, many);
  }

  /** What all of them cost, in guided views: a row of a forward is half of one. */
  double guidedViews() {
    return 0.5 * samples * count;
  }

  private static List<ViewBatchGroup> plain(RenderPlan plan, Phase phase) {
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
