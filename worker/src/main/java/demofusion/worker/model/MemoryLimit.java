package demofusion.worker.model;

import demofusion.protocol.DemofusionException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a device's memory a model may take ({@code --memory}).
 *
 * @param bytes empty: on a GPU what is free when the model is loaded, on a CPU all that it wants
 */
public record MemoryLimit(OptionalLong bytes) {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)\\s*([kmgt])i?b?", Pattern.CASE_INSENSITIVE);

  public static final MemoryLimit AUTO = new MemoryLimit(OptionalLong.empty());

  public MemoryLimit {
    if (bytes.isPresent() && bytes.getAsLong() < 1) {
      throw DemofusionException.badRequest(
          "memory " + bytes.getAsLong() + " must be at least 1 byte, or auto");
    }
  }

  /** Reads auto, or a size: 8GB, 7.5G, 6144M; units are powers of 1024, as cards are sold. */
  public static MemoryLimit parse(String text) {
    if (text.strip().equals("auto")) {
      return AUTO;
    }
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "memory \"" + text + "\" must be auto or a size, for example 8GB");
    }
    int power = 10 * ("kmgt".indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1);
    return of((long) (Double.parseDouble(matcher.group(1)) * (1L << power)));
  }

  public static MemoryLimit of(long bytes) {
    return new MemoryLimit(OptionalLong.of(bytes));
  }

  /** The same for each of several that share it. */
  public MemoryLimit sharedBy(int models) {
    return bytes.isEmpty() || models < 2 ? this : of(Math.max(1, bytes.getAsLong() / models));
  }
}
