package demofusion.worker.model.text;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads embeddings from safetensors files as A1111, diffusers and trainers of SDXL write them, and
 * those that are bundled in a LoRA's file.
 */
public final class EmbeddingFile {
  /** As many as a chunk of a prompt has places. */
  private static final int MOST_VECTORS = 75;

  private static final int LARGEST_WIDTH = 16_384;
  private static final int LONGEST_QUOTE = 120;
  private static final String A1111 = "emb_params";
  private static final String TRAINERS = "string_to_param.";
  private static final String FIRST = "clip_l";
  private static final String SECOND = "clip_g";
  private static final String BUNDLE = "bundle_emb.";

  private final SafetensorsFile file;
  private final String prefix;
  private final String name;
  private final Set<String> tensors; // without the prefix

  private EmbeddingFile(SafetensorsFile file, String prefix, String name, Set<String> tensors) {
    this.file = file;
    this.prefix = prefix;
    this.name = name;
    this.tensors = tensors;
  }

  /**
   * @param name that prompts call it by
   * @throws DemofusionException BAD_MODEL, naming the file, if it is no embedding
   */
  public static TextEmbedding read(Path path, String name) {
    FileKind kind = FileKinds.of(path);
    if (kind != FileKind.EMBEDDING && kind != FileKind.UNKNOWN) {
      throw FileKinds.refusal(path, kind, "an embedding");
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    return new EmbeddingFile(file, "", name, file.names()).embedding();
  }

  /** The embeddings in a LoRA's file, which can be named while it is in use. */
  public static List<TextEmbedding> bundledIn(SafetensorsFile file) {
    Map<String, Set<String>> tensorsByWord = new TreeMap<>();
    for (String key : file.names()) {
      if (key.startsWith(BUNDLE) && key.indexOf('.', BUNDLE.length()) > BUNDLE.length()) {
        String bundled = key.substring(BUNDLE.length());
        String word = word(bundled);
        tensorsByWord
            .computeIfAbsent(word, any -> new TreeSet<>())
            .add(bundled.substring(word.length() + 1));
      }
    }
    List<TextEmbedding> embeddings = new ArrayList<>();
    tensorsByWord.forEach(
        (word, tensors) ->
            embeddings.add(
                new EmbeddingFile(file, BUNDLE + word + ".", word, tensors).embedding()));
    return embeddings;
  }

  /** What is before the name of the layout's tensor; words may have dots. */
  private static String word(String key) {
    int layout = key.indexOf("." + TRAINERS);
    return key.substring(0, layout > 0 ? layout : key.lastIndexOf('.'));
  }

  private TextEmbedding embedding() {
    if (tensors.contains(FIRST) && tensors.contains(SECOND)) {
      Tensor first = vectors(FIRST);
      Tensor second = vectors(SECOND);
      if (first.shape()[0] != second.shape()[0]) {
        throw refusal(
            "%s has %s vectors and %s has %s; both must have as many"
                .formatted(FIRST, first.shape()[0], SECOND, second.shape()[0]));
      }
      return new TextEmbedding(name, List.of(name), List.of(first, second));
    }
    List<String> parameters =
        tensors.stream().filter(key -> key.startsWith(TRAINERS)).limit(2).toList();
    if (tensors.contains(A1111)) {
      return single(A1111, List.of(name));
    }
    if (parameters.size() == 1) {
      return single(parameters.get(0), List.of(name));
    }
    if (tensors.size() != 1) {
      throw refusal(
          "it has %s tensors, and an embedding has emb_params, clip_l and clip_g, or one alone"
              .formatted(tensors.size()));
    }
    // diffusers calls the tensor by the word, usually in angle brackets
    return single(tensors.iterator().next(), List.of(name, "<" + name + ">"));
  }

  private TextEmbedding single(String tensor, List<String> words) {
    return new TextEmbedding(name, words, List.of(vectors(tensor)));
  }

  private Tensor vectors(String tensor) {
    SafetensorsFile.Entry entry = file.entry(prefix + tensor);
    long[] shape = entry.shape();
    long rows = shape.length == 2 ? shape[0] : 1;
    long width = shape.length == 0 ? 0 : shape[shape.length - 1];
    if (shape.length > 2 || rows < 1 || width < 1 || width > LARGEST_WIDTH) {
      throw refusal("its tensor %s must be (width) or (vectors, width)".formatted(quoted(entry)));
    }
    if (rows > MOST_VECTORS) {
      throw refusal(
          "it has %s vectors; a chunk of a prompt has room for %s".formatted(rows, MOST_VECTORS));
    }
    float[] values = file.tensor(prefix + tensor).values();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw refusal("its tensor %s has the value %s".formatted(quoted(entry), value));
      }
    }
    return new Tensor(new int[] {(int) rows, (int) width}, values);
  }

  private static String quoted(SafetensorsFile.Entry entry) {
    return Excerpt.printable(entry.toString(), LONGEST_QUOTE);
  }

  private DemofusionException refusal(String what) {
    return DemofusionException.badModel(
        "%s is no embedding that can be used: %s".formatted(file.path(), what));
  }
}
