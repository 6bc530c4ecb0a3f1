package demofusion.worker.model.text;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.file.Resources;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's CLIP vocabulary, which ships with the program: single files have no tokenizer, and all
 * models of these families were trained with this one. It is given as the files that a folder would
 * have; they differ only in what pads.
 */
public final class ClipVocabulary {
  /** How many tokens there are. */
  public static final int SIZE = 49_408;

  /** What SD 1 and SDXL's first tower are padded with. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  /** What SD 2 and SDXL's second tower are padded with: id 0. */
  public static final String EXCLAMATION_MARK = "!";

  private static final String START_OF_TEXT = "<|startoftext|>";
  private static final JsonMapper JSON = new JsonMapper();

  private ClipVocabulary() {}

  /** The files of a tokenizer's folder, by their names. */
  public static Map<String, byte[]> files(String pad) {
    byte[] merges = Resources.read(ClipVocabulary.class, "/clip/merges.txt");
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("merges.txt", merges);
    files.put("vocab.json", bytes(vocabulary(merges)));
    ObjectNode special = special(pad);
    files.put("special_tokens_map.json", bytes(special));
    ObjectNode config = JSON.createObjectNode().put("add_prefix_space", false).setAll(special);
    config
        .put("clean_up_tokenization_spaces", true)
        .put("do_lower_case", true)
        .put("errors", "replace")
        .put("model_max_length", 77)
        .put("tokenizer_class", "CLIPTokenizer");
    files.put("tokenizer_config.json", bytes(config));
    return files;
  }

  /**
   * Ids are given in turn: to every byte, to every byte that ends a word, to what each merge makes,
   * and to the two ends.
   */
  private static ObjectNode vocabulary(byte[] merges) {
    ObjectNode ids = JSON.createObjectNode();
    List<String> letters = ByteAlphabet.inOrder();
    letters.forEach(letter -> ids.put(letter, ids.size()));
    letters.forEach(letter -> ids.put(letter + BytePairEncoding.END_OF_WORD, ids.size()));
    new String(merges, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#version"))
        .forEach(line -> ids.put(line.replace(" ", ""), ids.size()));
    return ids.put(START_OF_TEXT, ids.size()).put(END_OF_TEXT, ids.size());
  }

  private static ObjectNode special(String pad) {
    ObjectNode special = JSON.createObjectNode();
    special.set("bos_token", token(START_OF_TEXT));
    special.set("eos_token", token(END_OF_TEXT));
    special.put("pad_token", pad);
    special.set("unk_token", token(END_OF_TEXT));
    return special;
  }

  private static ObjectNode token(String content) {
    return JSON.createObjectNode()
        .put("content", content)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", true)
        .put("single_word", false);
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
  }
}
