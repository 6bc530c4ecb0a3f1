package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.TileMap.Kind;
import demofusion.protocol.api.TileMap.State;
import demofusion.protocol.api.TileMap.Tile;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.LatentExtent;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A timestep of phase 2: windows of 8 samples over a latent of 16. */
class OpenTilesTest {
  private static final long FIRST = 100;

  private static OpenTiles tiles(String unit, int... answered) {
    RenderSpec spec =
        Renders.spec().size(128, 128).steps(2).unit(ViewBatchSize.parse(unit)).build();
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);
    Render render = Render.begin(plan);
    while (render.phase().number() == 1) {
      Timestep timestep = render.openTimestep();
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
      }
      render.closeTimestep(timestep);
    }
    Timestep open = render.openTimestep();
    BitSet done = new BitSet();
    for (int index : answered) {
      done.set(index);
    }
    return new OpenTiles(
        open.phase().number(), open.step() + 1, open.phase().extent(), open.batches(), FIRST, done);
  }

  @Test
  void saysOfEveryWindow_whoHasIt() {
    BitSet done = new BitSet();
    done.set(1);
    List<Window> windows =
        List.of(new Window(0, 0, 8, 8), new Window(0, 6, 8, 8), new Window(0, 12, 8, 4));
    OpenWindows open = new OpenWindows(2, new LatentExtent(8, 16), windows, -2, done);

    TileMap map = open.heldBy(Map.of(-4L, "anna", -3L, "late"));

    assertThat(map.timestep()).isZero();
    assertThat(map.tiles())
        .containsExactly(
            new Tile(Kind.LOCAL, 0, 0, 8, 8, State.QUEUED, null),
            new Tile(Kind.LOCAL, 6, 0, 8, 8, State.DONE, null),
            new Tile(Kind.LOCAL, 12, 0, 4, 8, State.RUNNING, "anna"));
  }

  @Test
  void saysOfEveryView_whoHasIt() {
    TileMap map = tiles("2", 1).heldBy(Map.of(FIRST, "anna"));

    assertThat(map.phase()).isEqualTo(2);
    assertThat(map.timestep()).isEqualTo(1);
    assertThat(map.width()).isEqualTo(16);
    List<Tile> local = map.tiles().stream().filter(tile -> tile.kind() == Kind.LOCAL).toList();
    assertThat(local.subList(0, 2))
        .allMatch(tile -> tile.state() == State.RUNNING && "anna".equals(tile.worker()));
    assertThat(local.subList(2, 4))
        .allMatch(tile -> tile.state() == State.DONE && tile.worker() == null);
    assertThat(local.subList(4, local.size())).allMatch(tile -> tile.state() == State.QUEUED);
  }

  @Test
  void keepsWindowsWithinTheLatent_whereJitterMovedThemOut() {
    for (Tile tile : tiles("2").heldBy(Map.of()).tiles()) {
      assertThat(tile.x()).isNotNegative();
      assertThat(tile.y()).isNotNegative();
      assertThat(tile.x() + tile.width()).isLessThanOrEqualTo(16);
      assertThat(tile.y() + tile.height()).isLessThanOrEqualTo(16);
    }
  }

  @Test
  void countsAViewOnce_whereTheHalvesOfGuidanceAreUnitsOfTheirOwn() {
    int views = tiles("1").heldBy(Map.of()).tiles().size();

    TileMap map = tiles("half", 0).heldBy(Map.of(FIRST + 1, "bert"));

    assertThat(map.tiles()).hasSize(views);
    assertThat(map.tiles().get(0).state()).isEqualTo(State.RUNNING);
    assertThat(map.tiles().get(0).worker()).isEqualTo("bert");
    assertThat(tiles("half", 0, 1).heldBy(Map.of()).tiles().get(0).state()).isEqualTo(State.DONE);
  }
}
