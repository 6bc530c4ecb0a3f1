package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.WorkKind;
import demofusion.protocol.work.NetworkKind;
import java.util.Locale;

/** What a batch is for, as operators count them. */
public enum BatchKind {
  /** Windows of the latent as it is. */
  LOCAL,
  /** Sub-latents, each spread over the whole of the latent. */
  GLOBAL,
  /** What makes pictures of latents: surveys and tiles. */
  VAE,
  /** Words, a picture to start from, or windows of a phase's picture. */
  ENCODE,
  /** Tiles of a finished picture that a super-resolution network enlarges. */
  UPSCALE;

  /** What there is to know from the work alone: forwards of the UNet count as local. */
  static BatchKind of(WorkKind work) {
    return switch (work) {
      case FORWARD -> LOCAL;
      case SURVEY, DECODE -> VAE;
      case ENCODE, ENCODE_WINDOW -> ENCODE;
      case UPSCALE -> UPSCALE;
    };
  }

  /** What there is to know from an answer alone. */
  static BatchKind of(NetworkKind network) {
    return switch (network) {
      case UNET -> LOCAL;
      case VAE -> VAE;
      case ENCODER -> ENCODE;
      case UPSCALER -> UPSCALE;
    };
  }

  /** As it is written in metrics. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
