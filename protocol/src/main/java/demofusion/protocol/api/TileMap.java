package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The timestep that a job is in at this moment, by its views; or before a phase's first timestep,
 * by the windows of the picture that it begins with. Also its JSON in the API, names as they are
 * here. Places are latent samples of the phase.
 */
@Schema("A job's current timestep. Positions are latent samples of the phase.")
public record TileMap(
    @Schema("From 1; 0 if nothing is being rendered.") int phase,
    @Schema("Of this phase, from 1; 0 while the picture that it begins with is made and encoded.")
        int timestep,
    @Schema("Of the phase's latent.") int width,
    int height,
    List<Tile> tiles) {
  /** Where no timestep is open. */
  public static final TileMap NONE = new TileMap(0, 0, 0, 0, List.of());

  public TileMap {
    tiles = List.copyOf(tiles);
  }

  /**
   * One view.
   *
   * @param x of a window's left edge, clipped to the latent; dilated views are everywhere
   */
  @Schema("One view.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tile(
      Kind kind,
      int x,
      int y,
      int width,
      int height,
      State state,
      @Schema("The worker that has it.") @Nullable String worker) {}

  /** Which of the two ways of looking it is. */
  public enum Kind {
    LOCAL,
    DILATED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where it is. */
  public enum State {
    QUEUED,
    RUNNING,
    DONE;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
