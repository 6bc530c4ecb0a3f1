package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far an upload has come; also its JSON in the API. */
@Schema(value = "An upload.", name = "Upload")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UploadView(
    String hash,
    String name,
    long bytes,
    @Schema("Bytes that have come; the next one goes there.") long offset,
    State state,
    @Schema("One sentence, for refused.") @Nullable String reason,
    @Schema("Once it is stored.") @Nullable StoredFile file) {
  /** What is done with it. */
  public enum State {
    RECEIVING,
    /** All of it has come and is being read. */
    CHECKING,
    /** It is a file of the store. */
    STORED,
    /** It is not what was announced, or nothing that can be used; nothing is kept of it. */
    REFUSED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
