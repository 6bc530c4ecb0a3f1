package demofusion.protocol.api;

import java.util.List;

/** The store: the answer to {@code GET /v1/models/files}. */
@Schema("The files of the store, by their names.")
public record StoredFileList(
    List<StoredFile> files,
    @Schema("Of all of them together.") long bytes,
    @Schema("That they may have together, with those that are being uploaded.") long quotaBytes) {
  public StoredFileList {
    files = List.copyOf(files);
  }
}
