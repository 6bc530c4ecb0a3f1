package demofusion.coordinator.diffusion.mixture;

import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.ViewBatch.Row;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the views of a timestep into units of work. A view that one prompt alone counts in is one
 * guided view. One that lies in several regions is predicted with each of their prompts: where all
 * have one negative prompt, as a text half for each and one unconditional half, so that it costs
 * half a guided view for each prompt and half a one. These halves are one unit, whose worker is
 * sent the view once and guides them, unless halves are units, or its texts are too many for one.
 */
public final class ViewGroups {
  /** In place of a prompt: the half of guidance that all of them share. */
  static final int EVERY_PROMPT = -1;

  /**
   * How units are made.
   *
   * @param size guided views of a unit at most
   * @param halves whether the two halves of guidance are units of their own
   * @param isGuided whether there are two halves at all
   * @param sharesNegative whether all prompts have one negative prompt
   */
  public record Rules(int size, boolean halves, boolean isGuided, boolean sharesNegative) {}

  private final Rules rules;
  private final @Nullable RegionWeights weights;
  private final List<ViewBatch> batches = new ArrayList<>();
  private final List<@Nullable ViewGroup> groups = new ArrayList<>(); // by batch; null: not mixed

  /**
   * @param weights null: the picture's own prompt counts everywhere
   */
  public ViewGroups(Rules rules, @Nullable RegionWeights weights) {
    this.rules = rules;
    this.weights = weights;
  }

  /** All units, in the order in which their results are summed. */
  public List<ViewBatch> batches() {
    return List.copyOf(batches);
  }

  /** The group that a unit belongs to; null: its prediction counts as it is. */
  public @Nullable ViewGroup groupOf(int batch) {
    return groups.get(batch);
  }

  /** Views of one sort. */
  public void add(List<View> views) {
    add(views, view -> true);
  }

  /**
   * Views of one sort, of which some are left out.
   *
   * @param isDrawn whether a view is predicted
   */
  public void add(List<View> views, Predicate<View> isDrawn) {
    List<List<Row>> looks = looks(views, isDrawn);
    int from = 0;
    while (from < looks.size()) {
      int to = from + 1;
      int pairs = looks.get(from).size();
      boolean isMixed = pairs > 1;
      while (to < looks.size()
          && looks.get(to).size() > 1 == isMixed
          && pairs + looks.get(to).size() <= rules.size()) {
        pairs += looks.get(to).size();
        to++;
      }
      if (isMixed) {
        addMixed(looks.subList(from, to));
      } else {
        addPairs(looks.subList(from, to).stream().map(each -> each.get(0)).toList(), 1);
      }
      from = to;
    }
  }

  /** Each view that is predicted, with every prompt that counts in it. */
  private List<List<Row>> looks(List<View> views, Predicate<View> isDrawn) {
    List<List<Row>> looks = new ArrayList<>(views.size());
    for (int n = 0; n < views.size(); n++) {
      View view = views.get(n);
      int number = n;
      if (isDrawn.test(view)) {
        List<Integer> prompts = weights == null ? List.of(0) : weights.promptsIn(view);
        looks.add(prompts.stream().map(prompt -> new Row(view, number, prompt)).toList());
      }
    }
    return looks;
  }

  /** One unit, or its two halves, which follow each other so that one of them at a time waits. */
  private void addPairs(List<Row> rows, double tilesOfRow) {
    if (rules.halves()) {
      put(rows, GuidanceHalf.TEXT, tilesOfRow / 2);
      put(rows, GuidanceHalf.UNCONDITIONAL, tilesOfRow / 2);
    } else {
      put(rows, GuidanceHalf.BOTH, tilesOfRow);
    }
  }

  private void put(List<Row> rows, GuidanceHalf half, double tilesOfRow) {
    batches.add(new ViewBatch(batches.size(), rows, half, rows.size() * tilesOfRow));
    groups.add(null);
  }

  private void addMixed(List<List<Row>> looks) {
    List<Row> views = looks.stream().map(each -> each.get(0)).toList();
    int first = batches.size();
    List<Row> pairs = looks.stream().flatMap(List::stream).toList();
    boolean isShared = rules.isGuided() && rules.sharesNegative();
    // A half is one row of a forward, and a unit of guided views has two for each.
    int most = rules.halves() ? rules.size() : 2 * rules.size();
    if (isShared && !rules.halves() && pairs.size() <= most) {
      batches.add(new ViewBatch(first, pairs, GuidanceHalf.BOTH, views.size(), true));
      groups.add(null);
    } else if (isShared) {
      List<Row> others =
          views.stream().map(each -> new Row(each.view(), each.number(), EVERY_PROMPT)).toList();
      double tilesOfRow = (double) views.size() / (pairs.size() + others.size());
      chunks(pairs, most).forEach(rows -> put(rows, GuidanceHalf.TEXT, tilesOfRow));
      chunks(others, most).forEach(rows -> put(rows, GuidanceHalf.UNCONDITIONAL, tilesOfRow));
    } else {
      double tilesOfRow = (double) views.size() / pairs.size();
      chunks(pairs, rules.size()).forEach(rows -> addPairs(rows, tilesOfRow));
    }
    ViewGroup group = new ViewGroup(views, batches.subList(first, batches.size()));
    for (int batch = first; batch < batches.size(); batch++) {
      groups.set(batch, group);
    }
  }

  private static List<List<Row>> chunks(List<Row> rows, int most) {
    List<List<Row>> chunks = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += most) {
      chunks.add(rows.subList(from, Math.min(rows.size(), from + most)));
    }
    return chunks;
  }
}
