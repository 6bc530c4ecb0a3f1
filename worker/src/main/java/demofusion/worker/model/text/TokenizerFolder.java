package demofusion.worker.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import demofusion.worker.model.file.ModelFile;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.text.BytePairEncoding.Merge;
import demofusion.worker.model.text.BytePairEncoding.TokenPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of a CLIP tokenizer as transformers 4 and 5 keep them, checked: {@code
 * tokenizer_config.json}; the {@link WordPieces}; and what is no word, which {@code
 * added_tokens_decoder} of the configuration says, or else {@code special_tokens_map.json}, {@code
 * added_tokens.json} and {@code tokenizer.json}.
 */
final class TokenizerFolder {
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIAL_TOKENS = "special_tokens_map.json";
  private static final String ADDED_TOKENS = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";

  /** The last two are what transformers calls whatever has a tokenizer.json. */
  private static final Set<String> CLASSES =
      Set.of("CLIPTokenizer", "CLIPTokenizerFast", "TokenizersBackend", "PreTrainedTokenizerFast");

  private static final String START_KEY = "bos_token";
  private static final String END_KEY = "eos_token";
  private static final String UNKNOWN_KEY = "unk_token";
  private static final String PAD_KEY = "pad_token";

  /** Lists of further tokens that are no words: the name until transformers 4, and since 5. */
  private static final List<String> FURTHER_KEYS =
      List.of("additional_special_tokens", "extra_special_tokens");

  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final int CLIP_LENGTH = 77;
  private static final int LONGEST_LENGTH = 1 << 16;

  /** A token as a file has it. */
  private record Said(String file, JsonNode token) {}

  private final ModelFiles folder;
  private final ObjectNode config;
  private final ObjectNode specialTokens;
  private final WordPieces pieces;
  private final Map<String, SpecialToken> added;
  private final Map<String, Integer> vocabulary;
  private final List<String> files;

  TokenizerFolder(ModelFiles folder) {
    this.folder = folder;
    List<String> missing = missing(folder);
    if (!missing.isEmpty()) {
      throw refusal(missing.get(0), "it is missing");
    }
    this.config = object(CONFIG);
    this.files = new ArrayList<>(List.of(CONFIG));
    requireClip();
    @Nullable ObjectNode tokenizer = has(TOKENIZER) ? object(TOKENIZER) : null;
    if (tokenizer != null) {
      requireClipsWords(tokenizer);
    }
    @Nullable WordPieces inOneFile =
        tokenizer == null ? null : WordPieces.ofOneFile(path(TOKENIZER), tokenizer);
    if (inOneFile == null || (has(VOCABULARY) && has(MERGES))) {
      this.pieces = WordPieces.ofTwoFiles(folder, VOCABULARY, MERGES);
      files.addAll(List.of(VOCABULARY, MERGES));
    } else {
      this.pieces = inOneFile;
      files.add(TOKENIZER);
    }
    this.specialTokens = specialTokensMap();
    this.added = config.hasNonNull(DECODER) ? addedByConfig() : addedByFiles(tokenizer);
    this.vocabulary = new HashMap<>(pieces.ids());
    added.values().forEach(this::addToVocabulary);
    if (inOneFile != null && files.contains(VOCABULARY)) {
      inOneFile.requireSameAs(pieces, vocabulary);
    }
  }

  /** Those files that a folder must have and this one has not. */
  static List<String> missing(ModelFiles folder) {
    List<String> wanted = new ArrayList<>(List.of(CONFIG));
    if (!folder.has(TOKENIZER)) {
      wanted.addAll(List.of(VOCABULARY, MERGES));
    }
    wanted.removeIf(folder::has);
    return wanted;
  }

  /** The names of all files that say something about the ids. */
  List<String> files() {
    return List.copyOf(files);
  }

  /** Ids by token, special tokens included. */
  Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  /** What becomes of which neighbours. */
  Map<TokenPair, Merge> merges() {
    return pieces.mergesById(vocabulary);
  }

  SpecialToken startToken() {
    return special(said(START_KEY));
  }

  SpecialToken endToken() {
    return special(said(END_KEY));
  }

  SpecialToken unknownToken() {
    return special(said(UNKNOWN_KEY));
  }

  SpecialToken padToken() {
    return special(said(PAD_KEY));
  }

  /** Everything that is no word, the pad token included: SDXL's second tokenizer pads with "!". */
  Set<SpecialToken> specialTokens() {
    Set<SpecialToken> tokens = new LinkedHashSet<>();
    said().forEach(said -> tokens.add(special(said)));
    tokens.addAll(added.values());
    return tokens;
  }

  /** How many ids an encoding has. */
  int maxLength() {
    JsonNode length = config.path("model_max_length");
    if (length.isMissingNode() || length.isNull()) {
      return CLIP_LENGTH;
    }
    double value = length.isNumber() ? length.doubleValue() : Double.NaN;
    if (value != Math.rint(value) || value < 2 || value > LONGEST_LENGTH) {
      throw refusal(
          CONFIG,
          "model_max_length %s must be a whole number between 2 and %s"
              .formatted(ModelFile.shorten(length.toString()), LONGEST_LENGTH));
    }
    return (int) value;
  }

  /** A hash of all that decides the ids. */
  byte[] identity() {
    StringBuilder said = new StringBuilder();
    new TreeMap<>(vocabulary).forEach((token, id) -> said.append(token + "\0" + id + "\n"));
    for (WordPieces.MergeRule merge : pieces.merges()) {
      said.append(merge.left() + " " + merge.right() + "\n");
    }
    specialTokens().stream()
        .map(SpecialToken::toString)
        .sorted()
        .forEach(token -> said.append(token + "\n"));
    said.append(startToken().id() + " " + endToken().id() + " " + unknownToken().id() + " ");
    said.append(padToken().id() + " " + maxLength());
    return Sha256.of(said.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void requireClip() {
    JsonNode type = config.path("tokenizer_class");
    if (type.isTextual() && !CLASSES.contains(type.textValue())) {
      throw refusal(CONFIG, "tokenizer_class " + type.textValue() + " must be CLIPTokenizer");
    }
    for (String side : List.of("padding_side", "truncation_side")) {
      if (!config.path(side).asText("right").equals("right")) {
        throw refusal(CONFIG, side + " " + config.get(side) + " must be \"right\"");
      }
    }
  }

  /** What is no CLIPTokenizer by name may treat letters otherwise: only CLIP's way is known. */
  private void requireClipsWords(ObjectNode tokenizer) {
    boolean isNamed = config.path("tokenizer_class").asText("CLIP").startsWith("CLIP");
    if (!isNamed && !tokenizer.path("normalizer").toString().contains("\"Lowercase\"")) {
      throw refusal(TOKENIZER, "its normalizer must make letters small, as CLIP's does");
    }
  }

  /** Empty where the configuration says more than it: transformers does not read it then. */
  private ObjectNode specialTokensMap() {
    if (!has(SPECIAL_TOKENS)) {
      return JsonNodeFactory.instance.objectNode();
    }
    files.add(SPECIAL_TOKENS);
    ObjectNode map = object(SPECIAL_TOKENS);
    return config.hasNonNull(DECODER) ? JsonNodeFactory.instance.objectNode() : map;
  }

  private Map<String, SpecialToken> addedByConfig() {
    Map<String, SpecialToken> tokens = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : config.path(DECODER).properties()) {
      JsonNode id = text(entry.getKey());
      SpecialToken token = described(CONFIG, id, entry.getValue());
      tokens.put(token.content(), token);
    }
    return tokens;
  }

  private Map<String, SpecialToken> addedByFiles(@Nullable ObjectNode tokenizer) {
    Map<String, SpecialToken> tokens = new LinkedHashMap<>();
    if (has(ADDED_TOKENS)) {
      files.add(ADDED_TOKENS);
      Set<String> special = said().stream().map(this::content).collect(Collectors.toSet());
      for (Map.Entry<String, JsonNode> entry : object(ADDED_TOKENS).properties()) {
        String content = entry.getKey();
        int id = WordPieces.id(path(ADDED_TOKENS), content, entry.getValue());
        tokens.put(content, new SpecialToken(content, id, !special.contains(content), false));
      }
    }
    if (tokenizer != null) {
      if (!files.contains(TOKENIZER)) {
        files.add(TOKENIZER);
      }
      for (JsonNode node : tokenizer.path("added_tokens")) {
        SpecialToken token = described(TOKENIZER, node.path("id"), node);
        tokens.put(token.content(), token);
      }
    }
    return tokens;
  }

  private SpecialToken described(String file, JsonNode id, JsonNode node) {
    String content = content(new Said(file, node));
    boolean normalized = node.path("normalized").asBoolean(!node.path("special").asBoolean());
    return new SpecialToken(
        content,
        WordPieces.id(path(file), content, id),
        normalized,
        node.path("single_word").asBoolean());
  }

  private void addToVocabulary(SpecialToken token) {
    Integer known = vocabulary.putIfAbsent(token.content(), token.id());
    if (known != null && known != token.id()) {
      throw refusal(
          config.hasNonNull(DECODER) ? CONFIG : files.get(files.size() - 1),
          "the id of \"%s\", %s, must be %s as in %s"
              .formatted(ModelFile.shorten(token.content()), token.id(), known, pieces.fileName()));
    }
  }

  /** All that the files call special, the tokens that CLIP has anyway included. */
  private List<Said> said() {
    List<Said> all = new ArrayList<>();
    List.of(START_KEY, END_KEY, UNKNOWN_KEY, PAD_KEY).forEach(key -> all.add(said(key)));
    for (String key : FURTHER_KEYS) {
      specialTokens.path(key).forEach(node -> all.add(new Said(SPECIAL_TOKENS, node)));
      config.path(key).forEach(node -> all.add(new Said(CONFIG, node)));
    }
    return all;
  }

  private Said said(String key) {
    if (specialTokens.has(key)) {
      return new Said(SPECIAL_TOKENS, specialTokens.get(key));
    }
    JsonNode token = config.get(key);
    String otherwise = key.equals(START_KEY) ? START : END;
    return new Said(CONFIG, token == null ? text(otherwise) : token);
  }

  private SpecialToken special(Said said) {
    String content = content(said);
    SpecialToken known = added.get(content);
    if (known != null) {
      return known;
    }
    Integer id = vocabulary.get(content);
    if (id == null) {
      throw refusal(
          said.file(),
          "the token \"%s\" is not in %s".formatted(ModelFile.shorten(content), pieces.fileName()));
    }
    boolean normalized = said.token().path("normalized").asBoolean();
    return new SpecialToken(content, id, normalized, said.token().path("single_word").asBoolean());
  }

  /** A token is written as a string, or as an object that says how it is to be looked for. */
  private String content(Said said) {
    JsonNode token = said.token();
    JsonNode content = token.isObject() ? token.path("content") : token;
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw refusal(
          said.file(),
          "the token "
              + ModelFile.shorten(token.toString())
              + " must be a string that is not empty");
    }
    return content.textValue();
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }

  private boolean has(String file) {
    return folder.has(file);
  }

  private ObjectNode object(String file) {
    return folder.object(file);
  }

  private String path(String file) {
    return folder.title(file);
  }

  private DemofusionException refusal(String file, String what) {
    return DemofusionException.badModel(path(file) + ": " + what);
  }
}
