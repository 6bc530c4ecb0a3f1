package demofusion.worker.model.checkpoint;

import demofusion.worker.model.checkpoint.Traits.Base;
import java.util.Map;

/** What people call a checkpoint's family: SDXL's smaller relatives are told by their depths. */
final class FamilyName {
  /** By transformers after the first resnet of the levels that attend, and in the middle. */
  private static final Map<String, String> RELATIVES =
      Map.of(
          "2 4 0", "SSD-1B",
          "1 2 0", "Segmind-Vega",
          "2 5 0", "KOALA-700M",
          "2 6 6", "KOALA-1B");

  private FamilyName() {}

  static String of(Traits traits, PartShapes unet) {
    Base base = traits.base();
    if (base == null) {
      return "of no family known here";
    }
    return base == Base.SDXL ? RELATIVES.getOrDefault(depths(unet), base.title()) : base.title();
  }

  private static String depths(PartShapes unet) {
    StringBuilder depths = new StringBuilder();
    for (String block : new String[] {"down_blocks.1", "down_blocks.2", "mid_block"}) {
      depths.append(unet.count(block + ".attentions.0.transformer_blocks.")).append(' ');
    }
    return depths.toString().strip();
  }
}
