package demofusion.protocol.model.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large an IP-Adapter is: all that differs between files of one kind.
 *
 * @param encoderWidth of what it reads: the embedding's for a plain one, else the encoder's own
 * @param ownTokens that a picture becomes; null: as many as the encoder has
 * @param contextWidth d of a token, which is the width of the text's states
 * @param innerWidth of a full one's middle, of a resampler's latents; 0 for a plain one
 * @param attentionWidth of a resampler's queries, 64 for each head; 0 for others
 * @param feedForwardWidth of a resampler's feed-forwards; 0 for others
 * @param depth layers of a resampler; 0 for others
 * @param layerWidths of each cross-attention, in the order of the file: down, up, middle
 */
public record AdapterShape(
    AdapterKind kind,
    int encoderWidth,
    @Nullable Integer ownTokens,
    int contextWidth,
    int innerWidth,
    int attentionWidth,
    int feedForwardWidth,
    int depth,
    List<Integer> layerWidths) {
  static final String PROJECTION = "image_proj.";
  static final String LAYER = "ip_adapter.";
  private static final int HEAD_WIDTH = 64;

  /** Tokens of the usual encoders: 16 × 16 patches of 14 pixels, and the class. */
  private static final int USUAL_TOKENS = 257;

  public AdapterShape {
    layerWidths = List.copyOf(layerWidths);
  }

  /** T, for a full one with the encoders that there are. */
  public int tokens() {
    return ownTokens == null ? USUAL_TOKENS : ownTokens;
  }

  /** Of a resampler's attentions. */
  public int heads() {
    return attentionWidth / HEAD_WIDTH;
  }

  /** The family of models that it was made for, as far as its width tells; empty if it does not. */
  public String family() {
    return switch (contextWidth) {
      case 768 -> "SD 1.5";
      case 1024 -> "SD 2";
      case 2048 -> "SDXL";
      default -> "";
    };
  }

  /** H or bigG, the encoder that it reads; empty if it is another. */
  public String encoderTitle() {
    int ofH = kind.readsEmbedding() ? 1024 : 1280;
    int ofBigG = kind.readsEmbedding() ? 1280 : 1664;
    return encoderWidth == ofH ? "H" : encoderWidth == ofBigG ? "bigG" : "";
  }

  /** In the file's numbers, that of a cross-attention; those between are self-attentions. */
  public static int number(int layer) {
    return 2 * layer + 1;
  }

  /** The name of a layer's keys or values: its matrix without the ending. */
  public static String matrix(int layer, char which) {
    return LAYER + number(layer) + ".to_" + which + "_ip";
  }

  /** All tensors by tencent's names, each with its shape. */
  public Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    switch (kind) {
      case PLAIN -> {
        linear(tensors, "proj", encoderWidth, tokens() * contextWidth);
        norm(tensors, "norm", contextWidth);
      }
      case FULL -> {
        linear(tensors, "proj.0", encoderWidth, innerWidth);
        linear(tensors, "proj.2", innerWidth, contextWidth);
        norm(tensors, "proj.3", contextWidth);
      }
      case PLUS -> resampler(tensors);
    }
    for (int layer = 0; layer < layerWidths.size(); layer++) {
      for (char which : new char[] {'k', 'v'}) {
        tensors.put(
            matrix(layer, which) + ".weight", new int[] {layerWidths.get(layer), contextWidth});
      }
    }
    return tensors;
  }

  private void resampler(Map<String, int[]> tensors) {
    tensors.put(PROJECTION + "latents", new int[] {1, tokens(), innerWidth});
    linear(tensors, "proj_in", encoderWidth, innerWidth);
    for (int n = 0; n < depth; n++) {
      String attention = "layers." + n + ".0.";
      norm(tensors, attention + "norm1", innerWidth);
      norm(tensors, attention + "norm2", innerWidth);
      matrix(tensors, attention + "to_q", innerWidth, attentionWidth);
      matrix(tensors, attention + "to_kv", innerWidth, 2 * attentionWidth);
      matrix(tensors, attention + "to_out", attentionWidth, innerWidth);
      String feedForward = "layers." + n + ".1.";
      norm(tensors, feedForward + "0", innerWidth);
      matrix(tensors, feedForward + "1", innerWidth, feedForwardWidth);
      matrix(tensors, feedForward + "3", feedForwardWidth, innerWidth);
    }
    linear(tensors, "proj_out", innerWidth, contextWidth);
    norm(tensors, "norm_out", contextWidth);
  }

  private static void linear(Map<String, int[]> tensors, String layer, int in, int out) {
    matrix(tensors, layer, in, out);
    tensors.put(PROJECTION + layer + ".bias", new int[] {out});
  }

  private static void matrix(Map<String, int[]> tensors, String layer, int in, int out) {
    tensors.put(PROJECTION + layer + ".weight", new int[] {out, in});
  }

  private static void norm(Map<String, int[]> tensors, String layer, int width) {
    tensors.put(PROJECTION + layer + ".weight", new int[] {width});
    tensors.put(PROJECTION + layer + ".bias", new int[] {width});
  }
}
