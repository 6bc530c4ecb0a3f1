package demofusion.protocol.api;

/** A file that is to be uploaded: the body of {@code POST /v1/models/uploads}. */
@Schema("A file that is to be uploaded.")
public record NewStoredFile(
    @Schema("By which requests are to mean it; no path.") String name,
    @Schema(value = "Its size.", rules = "minimum: 1") long bytes,
    @Schema(
            value = "SHA-256 of the file, by which the upload is known.",
            rules = "pattern: '^[0-9a-f]{64}$'")
        String hash) {}
