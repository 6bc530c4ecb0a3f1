package demofusion.protocol.api;

import java.util.Map;

/** What is recommended for a model; also its JSON in the API, names as they are here. */
@Schema(
    value = "What is recommended for a model: used where a request is silent.",
    name = "ModelSettings")
public record ModelSettingsView(
    @Schema("The model's name.") String model,
    @Schema("The model's hash.") String hash,
    @Schema("What is in force, by the names of the fields of POST /v1/jobs.")
        Map<String, Object> settings,
    @Schema("What the model itself recommends, in the file beside it.") Map<String, Object> ofModel,
    @Schema("What operators recommend over that.") Map<String, Object> ofOperator) {}
