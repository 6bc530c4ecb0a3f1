package demofusion.worker.model.text;

import demofusion.worker.model.text.TokenizerFolder.SpecialToken;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * CLIP's tokenizer: prompt in, token ids out, the same that transformers' CLIPTokenizerFast gives
 * (spec section 9). Special tokens are found first, the rest is normalised (NFC, lower case), split
 * into words, digits and runs of signs, and each of those is encoded by {@link BytePairEncoding}.
 */
public final class ClipTokenizer {
  /**
   * White space only parts words, so it needs no cleaning. Text is in lower case when it comes
   * here.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final BytePairEncoding words;
  private final Map<String, Integer> specialIds;
  private final Pattern rawSpecials;
  private final Pattern normalizedSpecials;
  private final Map<Integer, String> tokens;
  private final int start;
  private final int end;
  private final int pad;
  private final int maxLength;

  private ClipTokenizer(TokenizerFolder folder) {
    words =
        new BytePairEncoding(folder.vocabulary(), folder.readMerges(), folder.unknownToken().id());
    specialIds =
        folder.specialTokens().stream()
            .collect(Collectors.toMap(SpecialToken::content, SpecialToken::id, (one, same) -> one));
    rawSpecials = anyOf(folder, token -> !token.normalized());
    normalizedSpecials = anyOf(folder, SpecialToken::normalized);
    tokens = new HashMap<>();
    folder.vocabulary().forEach((token, id) -> tokens.put(id, token));
    start = folder.startToken().id();
    end = folder.endToken().id();
    pad = folder.padToken().id();
    maxLength = folder.maxLength();
  }

  /**
   * A prompt as the text tower reads it.
   *
   * @param ids start, text, end, padding: as many as the model reads, always
   * @param cutOff what did not fit, in words; empty if everything did
   */
  public record Encoding(int[] ids, String cutOff) {}

  /**
   * Reads a folder with {@code vocab.json}, {@code merges.txt} and {@code tokenizer_config.json}.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, naming the file, if one is missing
   *     or malformed
   */
  public static ClipTokenizer read(Path folder) {
    return new ClipTokenizer(new TokenizerFolder(folder));
  }

  /** How many ids every encoding has: 77 for CLIP. */
  public int maxLength() {
    return maxLength;
  }

  /** The largest id that an encoding can have; the text tower needs an embedding for it. */
  public int largestId() {
    return tokens.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Encodes a prompt, any text at all. */
  public Encoding encode(String text) {
    int[] body = encodeBody(text);
    int kept = Math.min(body.length, maxLength - 2);
    int[] ids = new int[maxLength];
    Arrays.fill(ids, pad);
    ids[0] = start;
    System.arraycopy(body, 0, ids, 1, kept);
    ids[kept + 1] = end;
    return new Encoding(ids, decode(body, kept));
  }

  private int[] encodeBody(String text) {
    IntStream.Builder ids = IntStream.builder();
    forEachPart(
        rawSpecials,
        text,
        ids,
        raw ->
            forEachPart(normalizedSpecials, normalize(raw), ids, part -> encodeWords(part, ids)));
    return ids.build().toArray();
  }

  /** Adds the ids of the special tokens and hands what lies between them on, in order. */
  private void forEachPart(
      Pattern specials, String text, IntStream.Builder ids, Consumer<String> between) {
    int from = 0;
    for (Matcher special = specials.matcher(text); special.find(); from = special.end()) {
      between.accept(text.substring(from, special.start()));
      @Nullable Integer id = specialIds.get(special.group());
      ids.add(id == null ? end : id);
    }
    between.accept(text.substring(from));
  }

  private void encodeWords(String normalized, IntStream.Builder ids) {
    for (Matcher word = WORD.matcher(normalized); word.find(); ) {
      for (int id : words.encode(ByteAlphabet.spell(word.group()))) {
        ids.add(id);
      }
    }
  }

  /**
   * NFC and lower case, code point by code point: transformers lowers without looking at a letter's
   * neighbours, so a Σ at the end of a word becomes σ, not ς.
   */
  private static String normalize(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFC)
        .codePoints()
        .forEach(
            point -> {
              if (point < 0x80) {
                lower.append((char) Character.toLowerCase(point));
              } else {
                lower.append(Character.toString(point).toLowerCase(Locale.ROOT));
              }
            });
    return lower.toString();
  }

  private String decode(int[] ids, int from) {
    StringBuilder text = new StringBuilder();
    for (int n = from; n < ids.length; n++) {
      String token = tokens.getOrDefault(ids[n], "");
      if (specialIds.containsKey(token)) {
        text.append(ByteAlphabet.spell(token + " "));
      } else if (token.endsWith(BytePairEncoding.END_OF_WORD)) {
        int length = token.length() - BytePairEncoding.END_OF_WORD.length();
        text.append(token, 0, length).append(ByteAlphabet.spell(" "));
      } else {
        text.append(token);
      }
    }
    return ByteAlphabet.read(text.toString()).strip();
  }

  /** Any of the special tokens, the longest where several begin at one place. */
  private static Pattern anyOf(TokenizerFolder folder, Predicate<SpecialToken> which) {
    String alternatives =
        folder.specialTokens().stream()
            .filter(which)
            .map(SpecialToken::content)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(alternatives.isEmpty() ? "(?!)" : alternatives);
  }
}
