package demofusion.protocol.model;

import java.util.List;
import java.util.Optional;

/**
 * What a UNet shares with the ControlNets and IP-Adapters that fit it (conditioning section 1).
 *
 * @param contextWidth width of the text's states; 0 of a ControlNet that does not attend to them
 * @param outputs channels of its skip connections as they are made, and last of its middle where it
 *     has one; empty where they do not matter
 */
public record UnetShape(int contextWidth, List<Integer> outputs) {
  private static final int SD1_CONTEXT = 768;
  private static final int SD2_CONTEXT = 1024;
  private static final int SDXL_CONTEXT = 2048;

  /** Of SDXL, which has three levels; the others have four. */
  private static final int SDXL_OUTPUTS = 10;

  public UnetShape {
    outputs = List.copyOf(outputs);
  }

  /** A family that has it. */
  public String title() {
    return switch (contextWidth) {
      case SD1_CONTEXT -> "SD 1.5";
      case SD2_CONTEXT -> "SD 2";
      case SDXL_CONTEXT -> "SDXL";
      case 0 -> outputs.size() == SDXL_OUTPUTS ? "SDXL" : "another model";
      default -> "another model";
    };
  }

  /**
   * Why what was made for this one does not fit another, for the end of a sentence; empty: it fits.
   */
  public Optional<String> misfit(UnetShape model) {
    if (contextWidth != 0 && contextWidth != model.contextWidth) {
      return Optional.of(
          "is made for %s: context width %s, this model has %s"
              .formatted(title(), contextWidth, model.contextWidth));
    }
    if (outputs.isEmpty()) {
      return Optional.empty();
    }
    if (outputs.size() != model.outputs.size()) {
      return Optional.of(
          "is made for %s: %s outputs, this model takes %s"
              .formatted(title(), outputs.size(), model.outputs.size()));
    }
    for (int n = 0; n < outputs.size(); n++) {
      if (!outputs.get(n).equals(model.outputs.get(n))) {
        return Optional.of(
            "is made for %s: %s channels in output %s, this model has %s"
                .formatted(title(), outputs.get(n), n, model.outputs.get(n)));
      }
    }
    return Optional.empty();
  }
}
