package demofusion.coordinator.dispatch;

import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.TileMap.Kind;
import demofusion.protocol.api.TileMap.State;
import demofusion.protocol.api.TileMap.Tile;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
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
    Map<Look, List<ViewBatch>> looks = new LinkedHashMap<>();
    for (ViewBatch batch : batches) {
      for (ViewBatch.Row row : batch.rows()) {
        looks
            .computeIfAbsent(new Look(batch.isLocal(), row.number()), any -> new ArrayList<>())
            .add(batch);
      }
    }
    List<Tile> tiles = new ArrayList<>();
    looks.forEach((look, parts) -> tiles.add(tile(look, parts, holders)));
    return new TileMap(phase, timestep, extent.width(), extent.height(), tiles);
  }

  /** A view, by its number among those of its sort. */
  private record Look(boolean isLocal, int number) {}

  /**
   * @param parts the batches that have the view: one, or its halves, or several prompts'
   */
  private Tile tile(Look look, List<ViewBatch> parts, Map<Long, String> holders) {
    boolean isDone = parts.stream().allMatch(batch -> answered.get(batch.index()));
    @Nullable String holder = null;
    for (ViewBatch batch : parts) {
      holder = holder == null ? holders.get(firstTag + batch.index()) : holder;
    }
    View view =
        parts.get(0).rows().stream()
            .filter(row -> row.number() == look.number())
            .findFirst()
            .orElseThrow()
            .view();
    return tile(view, isDone, holder);
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
