package demofusion.coordinator.library;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a file of a library is for. */
public enum LibraryKind {
  /** A whole model in one file. */
  CHECKPOINT,
  LORA,
  /** A word of its own, by textual inversion. */
  EMBEDDING,
  VAE,
  /** A super-resolution network. */
  UPSCALER,
  CONTROLNET,
  IP_ADAPTER,
  /** What an IP-Adapter reads pictures with. */
  IMAGE_ENCODER;

  /** As people and the API write it. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
