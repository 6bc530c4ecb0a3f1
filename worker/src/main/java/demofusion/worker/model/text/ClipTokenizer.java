package demofusion.worker.model.text;

import demofusion.worker.model.file.ModelFiles;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
  private final List<String> files;
  private final Set<Integer> specialIds;
  private final SpecialTokenFinder rawSpecials;
  private final SpecialTokenFinder normalizedSpecials;
  private final Map<Integer, String> tokens;
  private final Map<String, Integer> ids;
  private final int start;
  private final int end;
  private final int pad;
  private final int maxLength;
  private final byte[] identity;

  private ClipTokenizer(TokenizerFolder folder) {
    files = folder.files();
    words = new BytePairEncoding(folder.vocabulary(), folder.merges(), folder.unknownToken().id());
    Set<SpecialToken> specials = folder.specialTokens();
    specialIds = specials.stream().map(SpecialToken::id).collect(Collectors.toSet());
    rawSpecials = SpecialTokenFinder.inRawText(specials);
    normalizedSpecials = SpecialTokenFinder.inNormalizedText(specials, ClipTokenizer::normalize);
    ids = folder.vocabulary();
    tokens = new HashMap<>();
    folder.vocabulary().forEach((token, id) -> tokens.put(id, token));
    start = folder.startToken().id();
    end = folder.endToken().id();
    pad = folder.padToken().id();
    maxLength = folder.maxLength();
    identity = folder.identity();
  }

  /**
   * A prompt as the text tower reads it.
   *
   * @param ids start, text, end, padding: as many as the model reads, always
   * @param cutOff what did not fit, in words; empty if everything did
   */
  public record Encoding(int[] ids, String cutOff) {}

  /**
   * Reads a folder with {@code tokenizer_config.json} and either {@code vocab.json} and {@code
   * merges.txt} or {@code tokenizer.json}.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, naming the file, if one is missing
   *     or malformed
   */
  public static ClipTokenizer read(Path folder) {
    return read(ModelFiles.of(folder));
  }

  /** The same of a folder's files, wherever they are. */
  public static ClipTokenizer read(ModelFiles folder) {
    return new ClipTokenizer(new TokenizerFolder(folder));
  }

  /** Those files that a tokenizer's folder must have and this one has not. */
  public static List<String> missingFiles(ModelFiles folder) {
    return TokenizerFolder.missing(folder);
  }

  /** The names of all files of its folder that say something about the ids. */
  public List<String> files() {
    return files;
  }

  /** A hash of all that decides the ids, whichever files say it. */
  public byte[] identity() {
    return identity.clone();
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
    return new Encoding(framed(body, kept), decode(body, kept));
  }

  /** Start, so many tokens, end, padding. */
  private int[] framed(int[] body, int kept) {
    int[] ids = new int[maxLength];
    Arrays.fill(ids, pad);
    ids[0] = start;
    System.arraycopy(body, 0, ids, 1, kept);
    ids[kept + 1] = end;
    return ids;
  }

  /**
   * As much of a text as is read at once, with vectors in the places of words that they stand for.
   */
  public TokenChunk encode(String text, EmbeddedWords embedded, Consumer<String> cutOff) {
    return new PlainChunk(this, embedded).of(text, cutOff);
  }

  /** The ids of a text alone, all of them: no start, no end, no padding. */
  public int[] words(String text) {
    return encodeBody(text);
  }

  /** The id of a token as the vocabulary spells it; −1: there is none. */
  int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** A token as it is read; the end of a word is a space. */
  public String text(int id) {
    return decode(new int[] {id}, 0);
  }

  /**
   * Puts start, end and padding around a chunk's tokens. Padding is end-of-text first; a tower that
   * pads otherwise has its own padding behind the first end-of-text, wherever that stands.
   *
   * @param places from the first of these ids
   */
  TokenChunk chunk(int[] body, float[] bodyWeights, List<TokenChunk.Place> places) {
    int[] padded = new int[maxLength];
    float[] weights = new float[maxLength];
    Arrays.fill(padded, end);
    Arrays.fill(weights, 1);
    padded[0] = start;
    System.arraycopy(body, 0, padded, 1, body.length);
    System.arraycopy(bodyWeights, 0, weights, 1, body.length);
    if (pad != end) {
      int first = 1;
      while (padded[first] != end) {
        first++;
      }
      Arrays.fill(padded, first + 1, maxLength, pad);
    }
    return new TokenChunk(padded, body.length, weights, behindStart(places));
  }

  /** The same without weights, padded as {@link #encode} does it. */
  TokenChunk plainChunk(int[] body, List<TokenChunk.Place> places) {
    float[] weights = new float[maxLength];
    Arrays.fill(weights, 1);
    return new TokenChunk(framed(body, body.length), body.length, weights, behindStart(places));
  }

  private static List<TokenChunk.Place> behindStart(List<TokenChunk.Place> places) {
    return places.stream()
        .map(place -> new TokenChunk.Place(place.position() + 1, place.word(), place.rows()))
        .toList();
  }

  private int[] encodeBody(String text) {
    IntStream.Builder ids = IntStream.builder();
    rawSpecials.split(
        text,
        ids::add,
        raw -> normalizedSpecials.split(normalize(raw), ids::add, part -> encodeWords(part, ids)));
    return ids.build().toArray();
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

  /** Tokens from a place on as they are read. */
  String decode(int[] ids, int from) {
    StringBuilder text = new StringBuilder();
    for (int n = from; n < ids.length; n++) {
      String token = tokens.getOrDefault(ids[n], "");
      if (specialIds.contains(ids[n])) {
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
}
