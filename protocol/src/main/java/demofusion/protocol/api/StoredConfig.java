package demofusion.protocol.api;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.Map;

/**
 * The configurations and vocabularies of a diffusers folder, which a checkpoint in one file lacks;
 * also their JSON in the API.
 */
@Schema("Configurations that belong to a checkpoint.")
public record StoredConfig(
    @Schema("Texts by the names of their files, as in unet/config.json.")
        Map<String, String> files) {
  private static final int LONGEST_QUOTE = 100;

  /**
   * @throws DemofusionException BAD_REQUEST if a text is missing, as it may be in JSON
   */
  public StoredConfig {
    if (files == null) {
      throw DemofusionException.badRequest(
          "files is missing: configurations are texts by the names of their files");
    }
    files.forEach(
        (name, text) -> {
          if (text == null) {
            throw DemofusionException.badRequest(
                "the configuration's file \"%s\" must be a text, not null"
                    .formatted(Excerpt.of(name, LONGEST_QUOTE)));
          }
        });
    files = Map.copyOf(files);
  }
}
