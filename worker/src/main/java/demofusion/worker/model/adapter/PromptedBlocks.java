package demofusion.worker.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import java.util.Set;

/**
 * The transformers of a UNet in which an IP-Adapter counts (conditioning section 4.3).
 *
 * @param isEverywhere in all of them
 */
record PromptedBlocks(boolean isEverywhere, Set<String> transformers) {
  private static final String STYLE = "up_blocks.0.attentions.1";
  private static final String LAYOUT = "down_blocks.2.attentions.1";

  /**
   * @param isSdxl whether the UNet is one that has them
   * @throws DemofusionException BAD_REQUEST, in one sentence, if it has not
   */
  static PromptedBlocks of(AdapterBlocks blocks, boolean isSdxl) {
    if (blocks != AdapterBlocks.ALL && !isSdxl) {
      throw DemofusionException.badRequest(
          "IP-Adapter blocks %s are SDXL's; this model takes all".formatted(blocks));
    }
    return switch (blocks) {
      case ALL -> new PromptedBlocks(true, Set.of());
      case STYLE -> new PromptedBlocks(false, Set.of(STYLE));
      case LAYOUT -> new PromptedBlocks(false, Set.of(LAYOUT));
      case STYLE_AND_LAYOUT -> new PromptedBlocks(false, Set.of(STYLE, LAYOUT));
    };
  }

  boolean has(String transformer) {
    return isEverywhere || transformers.contains(transformer);
  }
}
