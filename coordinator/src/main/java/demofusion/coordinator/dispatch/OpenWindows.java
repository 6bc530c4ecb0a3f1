package demofusion.coordinator.dispatch;

import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.TileMap.Kind;
import demofusion.protocol.api.TileMap.State;
import demofusion.protocol.api.TileMap.Tile;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a phase's picture that the VAE's encoder sees before the next phase begins; none
 * while the picture is being made. They lie in the phase to come, before its first timestep.
 *
 * @param phase that they make ready
 * @param firstTag of their tasks, whose tags go down from there
 * @param answered by number of the window
 */
public record OpenWindows(
    int phase, LatentExtent extent, List<Window> windows, long firstTag, BitSet answered)
    implements OpenWork {
  private static final int BEFORE_THE_FIRST = 0;

  public OpenWindows {
    windows = List.copyOf(windows);
    answered = (BitSet) answered.clone();
  }

  @Override
  public TileMap heldBy(Map<Long, String> holders) {
    List<Tile> tiles = new ArrayList<>();
    for (int n = 0; n < windows.size(); n++) {
      Window window = windows.get(n);
      boolean isDone = answered.get(n);
      @Nullable String holder = isDone ? null : holders.get(firstTag - n);
      State state = isDone ? State.DONE : holder == null ? State.QUEUED : State.RUNNING;
      tiles.add(
          new Tile(
              Kind.LOCAL,
              window.left(),
              window.top(),
              window.width(),
              window.height(),
              state,
              holder));
    }
    return new TileMap(phase, BEFORE_THE_FIRST, extent.width(), extent.height(), tiles);
  }
}
