package demofusion.coordinator.dispatch;

import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.TileMap.Kind;
import demofusion.protocol.api.TileMap.State;
import demofusion.protocol.api.TileMap.Tile;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open timestep as its session knows it: which views there are and which are done. Who has the
 * others is the dispatcher's knowledge, which makes a {@link TileMap} of it.
 *
 * @param firstTag of the timestep's tasks; a view batch's tag is so many further as its index says
 * @param answered by index of the view batch
 */
public record OpenTiles(
    int phase,
    int timestep,
    LatentExtent extent,
    List<ViewBatch> batches,
    long firstTag,
    BitSet answered)
    implements OpenWork {
  public OpenTiles {
    batches = List.copyOf(batches);
    answered = (BitSet) answered.clone();
  }

  @Override
  public TileMap heldBy(Map<Long, String> holders) {
    List<Tile> tiles = new ArrayList<>();
    for (ViewBatch batch : batches) {
      if (batch.half() != GuidanceHalf.UNCONDITIONAL) {
        // The other half of guidance follows, if there is one; a view is done when both are.
        int next = batch.index() + 1;
        boolean hasOther =
            next < batches.size() && batches.get(next).half() == GuidanceHalf.UNCONDITIONAL;
        int last = batch.index() + (hasOther ? 1 : 0);
        @Nullable String first = holders.get(firstTag + batch.index());
        @Nullable String holder = first == null ? holders.get(firstTag + last) : first;
        boolean isDone = answered.get(batch.index()) && answered.get(last);
        batch.views().forEach(view -> tiles.add(tile(view, isDone, holder)));
      }
    }
    return new TileMap(phase, timestep, extent.width(), extent.height(), tiles);
  }

  private Tile tile(View view, boolean isDone, @Nullable String holder) {
    State state = isDone ? State.DONE : holder == null ? State.QUEUED : State.RUNNING;
    @Nullable String worker = isDone ? null : holder;
    if (view instanceof View.Local local) {
      Window window = local.window();
      int left = Math.max(0, window.left());
      int top = Math.max(0, window.top());
      int right = Math.min(extent.width(), window.left() + window.width());
      int bottom = Math.min(extent.height(), window.top() + window.height());
      return new Tile(Kind.LOCAL, left, top, right - left, bottom - top, state, worker);
    }
    return new Tile(Kind.DILATED, 0, 0, extent.width(), extent.height(), state, worker);
  }
}
