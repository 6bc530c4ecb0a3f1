package demofusion.worker.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.worker.model.file.ModelFile;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.text.BytePairEncoding.Merge;
import demofusion.worker.model.text.BytePairEncoding.TokenPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The pieces that words are made of, and which of them are joined: as transformers kept them until
 * version 4, in {@code vocab.json} and {@code merges.txt}, or as it keeps them since 5, all in
 * {@code tokenizer.json}.
 *
 * @param file that the ids come from, for sentences
 * @param ids by token
 * @param mergesFile that the merges come from
 * @param merges earlier ones first
 */
record WordPieces(
    String file, Map<String, Integer> ids, String mergesFile, List<MergeRule> merges) {
  private static final int LARGEST_ID = 1 << 24;

  /**
   * Two neighbours that become one.
   *
   * @param place in its file, for sentences: line 7
   */
  record MergeRule(String left, String right, String place) {}

  static WordPieces ofTwoFiles(ModelFiles folder, String vocabulary, String merges) {
    String file = folder.title(vocabulary);
    Map<String, Integer> ids = ids(file, folder.object(vocabulary));
    String mergesFile = folder.title(merges);
    List<MergeRule> rules = new ArrayList<>();
    List<String> lines = folder.lines(merges);
    for (int number = 0; number < lines.size(); number++) {
      String line = lines.get(number);
      if (!line.isBlank() && !line.startsWith("#version")) {
        rules.add(rule(mergesFile, "line " + (number + 1), line));
      }
    }
    return new WordPieces(file, ids, mergesFile, rules);
  }

  /**
   * @param root the whole of a tokenizer.json
   */
  static WordPieces ofOneFile(String file, ObjectNode root) {
    JsonNode model = root.path("model");
    requireText(file, model, "type", "BPE");
    requireText(file, model, "end_of_word_suffix", BytePairEncoding.END_OF_WORD);
    if (!(model.path("vocab") instanceof ObjectNode vocabulary)
        || !model.path("merges").isArray()) {
      throw refusal(file, "its model must have a vocab and merges, as CLIP's tokenizer has");
    }
    List<MergeRule> rules = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      String place = "merge " + (rules.size() + 1);
      boolean pair =
          merge.isArray()
              && merge.size() == 2
              && merge.get(0).isTextual()
              && merge.get(1).isTextual();
      if (!pair && !merge.isTextual()) {
        throw noPair(file, place, merge.toString());
      }
      rules.add(
          pair
              ? new MergeRule(merge.get(0).textValue(), merge.get(1).textValue(), place)
              : rule(file, place, merge.textValue())); // so before tokenizers 0.20
    }
    return new WordPieces(file, ids(file, vocabulary), file, rules);
  }

  private static void requireText(String file, JsonNode model, String key, String wanted) {
    JsonNode value = model.path(key);
    if (!value.isMissingNode() && !value.isNull() && !wanted.equals(value.textValue())) {
      throw refusal(
          file,
          "its model's %s %s must be %s, as CLIP's tokenizer has it"
              .formatted(key, ModelFile.shorten(value.toString()), wanted));
    }
  }

  private static MergeRule rule(String file, String place, String text) {
    int space = text.indexOf(' ');
    if (space < 1 || space == text.length() - 1 || text.indexOf(' ', space + 1) >= 0) {
      throw noPair(file, place, text);
    }
    return new MergeRule(text.substring(0, space), text.substring(space + 1), place);
  }

  private static DemofusionException noPair(String file, String place, String text) {
    return refusal(file, place + " must be two tokens, not \"" + ModelFile.shorten(text) + "\"");
  }

  private static Map<String, Integer> ids(String file, ObjectNode vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    vocabulary
        .properties()
        .forEach(entry -> ids.put(entry.getKey(), id(file, entry.getKey(), entry.getValue())));
    return ids;
  }

  /** A token's id, which a key of JSON can only write as a text. */
  static int id(String file, String token, JsonNode id) {
    int value = -1;
    if (id.isIntegralNumber() && id.canConvertToInt()) {
      value = id.intValue();
    } else if (id.isTextual() && id.asText().matches("\\d{1,9}")) {
      value = Integer.parseInt(id.asText());
    }
    if (value < 0 || value > LARGEST_ID) {
      throw refusal(
          file,
          "the id of \"%s\", %s, must be a whole number between 0 and %s"
              .formatted(ModelFile.shorten(token), ModelFile.shorten(id.toString()), LARGEST_ID));
    }
    return value;
  }

  /**
   * What becomes of which neighbours.
   *
   * @param known ids of all tokens
   */
  Map<TokenPair, Merge> mergesById(Map<String, Integer> known) {
    Map<TokenPair, Merge> byId = new HashMap<>();
    for (int rank = 0; rank < merges.size(); rank++) {
      MergeRule rule = merges.get(rank);
      TokenPair pair =
          new TokenPair(mergedId(known, rule, rule.left()), mergedId(known, rule, rule.right()));
      byId.put(pair, new Merge(rank, mergedId(known, rule, rule.left() + rule.right())));
    }
    return byId;
  }

  private int mergedId(Map<String, Integer> known, MergeRule rule, String token) {
    Integer id = known.get(token);
    if (id == null) {
      throw refusal(
          mergesFile,
          "%s needs the token \"%s\", which is missing from %s"
              .formatted(rule.place(), ModelFile.shorten(token), Path.of(file).getFileName()));
    }
    return id;
  }

  /**
   * Refuses two tellings of one tokenizer that differ: transformers 4 reads the one and 5 the
   * other.
   *
   * @param added tokens that either may have beside its pieces
   */
  void requireSameAs(WordPieces other, Map<String, Integer> added) {
    TreeSet<String> tokens = new TreeSet<>(ids.keySet());
    tokens.addAll(other.ids.keySet());
    for (String token : tokens) {
      Integer here = ids.containsKey(token) ? ids.get(token) : added.get(token);
      Integer there = other.ids.containsKey(token) ? other.ids.get(token) : added.get(token);
      if (!Objects.equals(here, there)) {
        throw disagreement(other, "the token \"" + ModelFile.shorten(token) + "\"");
      }
    }
    boolean sameMerges = merges.size() == other.merges.size();
    for (int rank = 0; sameMerges && rank < merges.size(); rank++) {
      sameMerges =
          merges.get(rank).left().equals(other.merges.get(rank).left())
              && merges.get(rank).right().equals(other.merges.get(rank).right());
    }
    if (!sameMerges) {
      throw disagreement(other, "the merges");
    }
  }

  private DemofusionException disagreement(WordPieces other, String about) {
    return refusal(
        file,
        "it disagrees with %s about %s: remove the one that is not the model's"
            .formatted(other.fileName(), about));
  }

  /** Of the file that the ids come from. */
  String fileName() {
    return String.valueOf(Path.of(file).getFileName());
  }

  private static DemofusionException refusal(String file, String what) {
    return DemofusionException.badModel(file + ": " + what);
  }
}
