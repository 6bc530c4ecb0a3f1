package demofusion.protocol.api;

import demofusion.protocol.DemofusionException;

/** A file that is to be uploaded: the body of {@code POST /v1/models/uploads}. */
@Schema("A file that is to be uploaded.")
public record NewStoredFile(
    @Schema("By which requests are to mean it; no path.") String name,
    @Schema(value = "Its size.", rules = "minimum: 1") long bytes,
    @Schema(
            value = "SHA-256 of the file, by which the upload is known.",
            rules = "pattern: '^[0-9a-f]{64}$'")
        String hash) {
  /**
   * @throws DemofusionException BAD_REQUEST if a text is missing, as it may be in JSON
   */
  public NewStoredFile {
    if (name == null || hash == null) {
      throw DemofusionException.badRequest(
          "%s is missing: a new file needs a name, bytes and a hash"
              .formatted(name == null ? "name" : "hash"));
    }
  }
}
