package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.compat.field.Fields;
import java.util.List;

/** The script Tiled VAE: the VAE works in tiles here by itself, in those that its bits need. */
public final class TiledVae {
  public static final String TITLE = "Tiled VAE";

  /** In the order of its user interface. */
  static final List<String> NAMES =
      List.of(
          "enabled",
          "encoder_tile_size",
          "decoder_tile_size",
          "vae_to_gpu",
          "fast_decoder",
          "fast_encoder",
          "color_fix");

  private TiledVae() {}

  /** Says what is not taken of it. */
  public static void read(JsonNode args, List<String> notes) {
    ScriptArguments.requireList(args, TITLE);
    Fields fields = ScriptArguments.named(args, TITLE, 0, NAMES);
    boolean isEnabled = fields.flag("enabled").orElse(false);
    fields.requireValid();
    if (isEnabled) {
      notes.add(
          TITLE
              + ": the VAE works in tiles of its own here; its sizes and fast ways have no effect");
    }
  }
}
