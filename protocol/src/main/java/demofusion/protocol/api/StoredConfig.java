package demofusion.protocol.api;

import java.util.Map;

/**
 * The configurations and vocabularies of a diffusers folder, which a checkpoint in one file lacks;
 * also their JSON in the API.
 */
@Schema("Configurations that belong to a checkpoint.")
public record StoredConfig(
    @Schema("Texts by the names of their files, as in unet/config.json.")
        Map<String, String> files) {
  public StoredConfig {
    files = Map.copyOf(files);
  }
}
