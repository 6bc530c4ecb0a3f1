package demofusion.worker.model.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.worker.model.text.BytePairEncoding.Merge;
import demofusion.worker.model.text.BytePairEncoding.TokenPair;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of a CLIP tokenizer as diffusers keeps them, checked: {@code vocab.json}, {@code
 * merges.txt}, {@code tokenizer_config.json} and, where it is there, {@code
 * special_tokens_map.json}, which takes precedence.
 */
final class TokenizerFolder {
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIAL_TOKENS = "special_tokens_map.json";

  private static final Set<String> CLASSES = Set.of("CLIPTokenizer", "CLIPTokenizerFast");
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final int CLIP_LENGTH = 77;
  private static final int LONGEST_LENGTH = 1 << 16;
  private static final int LARGEST_ID = 1 << 24;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path folder;
  private final JsonNode config;
  private final JsonNode specialTokens;
  private final Map<String, Integer> vocabulary;

  TokenizerFolder(Path folder) {
    this.folder = folder;
    this.config = readObject(CONFIG);
    this.specialTokens =
        Files.exists(folder.resolve(SPECIAL_TOKENS))
            ? readObject(SPECIAL_TOKENS)
            : JSON.createObjectNode();
    this.vocabulary = readVocabulary();
    JsonNode type = config.path("tokenizer_class");
    if (type.isTextual() && !CLASSES.contains(type.textValue())) {
      throw refusal(CONFIG, "tokenizer_class " + type.textValue() + " must be CLIPTokenizer");
    }
  }

  /**
   * A token that is found in a text before it is split into words.
   *
   * @param normalized whether it is looked for in the normalised text rather than in the raw one
   */
  record SpecialToken(String content, int id, boolean normalized) {}

  /** Ids by token, special tokens included. */
  Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  SpecialToken startToken() {
    return special("bos_token", START);
  }

  SpecialToken endToken() {
    return special("eos_token", END);
  }

  SpecialToken unknownToken() {
    return special("unk_token", END);
  }

  SpecialToken padToken() {
    return special("pad_token", END);
  }

  /** Everything that is no word, the pad token included: SDXL's second tokenizer pads with "!". */
  Set<SpecialToken> specialTokens() {
    Set<SpecialToken> tokens = new LinkedHashSet<>();
    tokens.addAll(List.of(startToken(), endToken(), unknownToken(), padToken()));
    config.path("added_tokens_decoder").forEach(node -> tokens.add(special(CONFIG, node)));
    return tokens;
  }

  /** How many ids an encoding has. */
  int maxLength() {
    JsonNode length = config.path("model_max_length");
    if (length.isMissingNode() || length.isNull()) {
      return CLIP_LENGTH;
    }
    if (!length.isIntegralNumber()
        || !length.canConvertToInt()
        || length.intValue() < 2
        || length.intValue() > LONGEST_LENGTH) {
      throw refusal(
          CONFIG,
          "model_max_length %s must be a whole number between 2 and %s"
              .formatted(shorten(length.toString()), LONGEST_LENGTH));
    }
    return length.intValue();
  }

  /** The merges, earlier lines first. */
  Map<TokenPair, Merge> readMerges() {
    Map<TokenPair, Merge> merges = new HashMap<>();
    List<String> lines = readLines();
    for (int number = 0; number < lines.size(); number++) {
      String line = lines.get(number);
      if (line.isBlank() || line.startsWith("#version")) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space < 1 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw refusal(
            MERGES, "line " + (number + 1) + " must be two tokens, not \"" + shorten(line) + "\"");
      }
      String left = line.substring(0, space);
      String right = line.substring(space + 1);
      TokenPair pair = new TokenPair(mergedId(number, left), mergedId(number, right));
      merges.put(pair, new Merge(number, mergedId(number, left + right)));
    }
    return merges;
  }

  private int mergedId(int line, String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw refusal(
          MERGES,
          "line %s needs the token \"%s\", which is missing from vocab.json"
              .formatted((line + 1), shorten(token)));
    }
    return id;
  }

  private Map<String, Integer> readVocabulary() {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode node = readObject(VOCABULARY);
    node.properties()
        .forEach(
            entry -> ids.put(entry.getKey(), id(VOCABULARY, entry.getKey(), entry.getValue())));
    config
        .path("added_tokens_decoder")
        .properties()
        .forEach(
            entry -> {
              String token = content(CONFIG, entry.getValue());
              ids.putIfAbsent(
                  token, id(CONFIG, token, JSON.getNodeFactory().textNode(entry.getKey())));
            });
    return ids;
  }

  private int id(String file, String token, JsonNode id) {
    int value = id.isIntegralNumber() || id.isTextual() ? id.asInt(-1) : -1;
    if (value < 0 || value > LARGEST_ID) {
      throw refusal(
          file,
          "the id of \"%s\", %s, must be a whole number between 0 and %s"
              .formatted(shorten(token), shorten(id.toString()), LARGEST_ID));
    }
    return value;
  }

  private SpecialToken special(String key, String otherwise) {
    if (specialTokens.hasNonNull(key)) {
      return special(SPECIAL_TOKENS, specialTokens.get(key));
    }
    if (config.hasNonNull(key)) {
      return special(CONFIG, config.get(key));
    }
    return special(CONFIG, JSON.getNodeFactory().textNode(otherwise));
  }

  private SpecialToken special(String file, JsonNode node) {
    String content = content(file, node);
    Integer id = vocabulary.get(content);
    if (id == null) {
      throw refusal(file, "the token \"" + shorten(content) + "\" is not in vocab.json");
    }
    return new SpecialToken(content, id, node.path("normalized").asBoolean(false));
  }

  /** A token is written as a string, or as an object that says how it is to be looked for. */
  private String content(String file, JsonNode node) {
    JsonNode content = node.isObject() ? node.path("content") : node;
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw refusal(
          file, "the token " + shorten(node.toString()) + " must be a string that is not empty");
    }
    return content.textValue();
  }

  private JsonNode readObject(String file) {
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(folder.resolve(file)));
      if (!node.isObject()) {
        throw refusal(file, "it must be a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw unreadable(file, "it is not valid JSON: " + shorten(reason), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private List<String> readLines() {
    try {
      return Files.readAllLines(folder.resolve(MERGES));
    } catch (CharacterCodingException e) {
      throw unreadable(MERGES, "it is not UTF-8", e);
    } catch (IOException e) {
      throw unreadable(MERGES, e);
    }
  }

  private DemofusionException refusal(String file, String what) {
    return DemofusionException.badModel(folder.resolve(file) + ": " + what);
  }

  private DemofusionException unreadable(String file, IOException cause) {
    return unreadable(
        file,
        cause instanceof NoSuchFileException ? "it is missing" : "it cannot be read: " + cause,
        cause);
  }

  private DemofusionException unreadable(String file, String what, IOException cause) {
    return new DemofusionException(
        FailureCode.BAD_MODEL, folder.resolve(file) + ": " + what, cause);
  }

  private static String shorten(String text) {
    return Excerpt.of(text.replaceAll("\\p{Cntrl}", "?"), 80);
  }
}
