package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file of the coordinator's store, as people and programs see it; also its JSON in the API. */
@Schema("A file of the store.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredFile(
    @Schema("By which requests mean it.") String name,
    @Schema(
            value = "What it is for.",
            rules =
                "enum: ['checkpoint', 'lora', 'embedding', 'vae', 'upscaler', 'controlnet',"
                    + " 'ip-adapter', 'image-encoder']")
        String kind,
    @Schema(value = "SHA-256 of the file.", rules = "pattern: '^[0-9a-f]{64}$'") String hash,
    @Schema("By which other programs record it.") String shortHash,
    @Schema("What it calls itself.") @Nullable String ownName,
    long bytes,
    Instant addedAt,
    @Schema("Whether configurations of its own are stored with it.") boolean hasConfig) {}
