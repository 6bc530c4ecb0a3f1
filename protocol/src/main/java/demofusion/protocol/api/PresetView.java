package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a preset would take for a request; also its JSON in the API. */
@Schema(value = "What a preset takes for a request.", name = "Preset")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresetView(
    String name,
    @Schema("The name to show.") String label,
    @Schema("When to take it.") String sentence,
    @Schema("What it sets, by the names of the fields of POST /v1/jobs.")
        Map<String, Object> settings,
    @Schema(
            "Tiles that go through the UNet with and without the prompt; one that goes through it"
                + " once counts half.")
        @Nullable Double guidedTiles,
    @Schema("Forward passes of the UNet.") @Nullable Long forwards,
    @Schema(
            "On the workers that are there now, by their recent batches, without encoding and"
                + " decoding; none if they have done none yet.")
        @Nullable Double seconds,
    @Schema("Why it cannot be drawn as it was asked for.") @Nullable String refusal) {
  public PresetView {
    settings = Map.copyOf(settings);
  }
}
