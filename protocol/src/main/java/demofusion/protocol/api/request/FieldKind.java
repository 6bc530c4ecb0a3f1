package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.LoraUse;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How values of one sort stand in JSON, and what they may be.
 *
 * @param json what JSON is read as: a text, a number of some sort, a Boolean or bytes in base64
 * @param read refuses what it cannot read with a DemofusionException
 * @param range null: it is no number, or any number
 * @param mostCharacters null: it is no text, or one of a pattern or a choice
 * @param choices empty: it is not one of a few
 * @param pattern of the whole text; null: it has none
 */
record FieldKind<J, T>(
    Class<J> json,
    Function<J, T> read,
    Function<T, J> write,
    @Nullable Range range,
    @Nullable Integer mostCharacters,
    List<String> choices,
    @Nullable String pattern) {
  /** The longest name of a LoRA, with two weights. */
  private static final int LONGEST_LORA = LoraUse.LONGEST_NAME + 60;

  FieldKind {
    choices = List.copyOf(choices);
  }

  static FieldKind<String, String> text(int mostCharacters) {
    return new FieldKind<>(
        String.class, text -> text, text -> text, null, mostCharacters, List.of(), null);
  }

  static FieldKind<Integer, Integer> whole(Range range) {
    return number(Integer.class, range);
  }

  static <N extends Number> FieldKind<N, N> number(Class<N> type, Range range) {
    return new FieldKind<>(type, value -> value, value -> value, range, null, List.of(), null);
  }

  static FieldKind<Boolean, Boolean> flag() {
    return new FieldKind<>(Boolean.class, on -> on, on -> on, null, null, List.of(), null);
  }

  static FieldKind<byte[], byte[]> file() {
    return new FieldKind<>(byte[].class, file -> file, file -> file, null, null, List.of(), null);
  }

  static FieldKind<LoraList, List<LoraUse>> loras() {
    return new FieldKind<>(
        LoraList.class, LoraList::toUses, LoraList::of, null, null, List.of(), null);
  }

  static FieldKind<RegionList, List<Region>> regions() {
    return new FieldKind<>(
        RegionList.class, RegionList::regions, RegionList::new, null, null, List.of(), null);
  }

  static FieldKind<ControlList, List<ControlUse>> controls() {
    return new FieldKind<>(
        ControlList.class, ControlList::toUses, ControlList::of, null, null, List.of(), null);
  }

  static FieldKind<AdapterList, List<AdapterUse>> adapters() {
    return new FieldKind<>(
        AdapterList.class, AdapterList::toUses, AdapterList::of, null, null, List.of(), null);
  }

  /**
   * A picture's file.
   *
   * @param what it is, for the sentence
   */
  static FieldKind<byte[], PictureBytes> picture(String what) {
    return new FieldKind<>(
        byte[].class,
        file -> PictureBytes.of(file, what),
        PictureBytes::file,
        null,
        null,
        List.of(),
        null);
  }

  /** One LoRA with its weight, as a text. */
  static FieldKind<String, LoraUse> lora() {
    return new FieldKind<>(
        String.class,
        text -> LoraList.Entry.parse(text).toUse(),
        use -> LoraList.Entry.of(use).toString(),
        null,
        LONGEST_LORA,
        List.of(),
        null);
  }

  /** A value whose text is that of its {@code toString}. */
  static <T> FieldKind<String, T> parsed(Function<String, T> parse, String pattern) {
    return new FieldKind<>(String.class, parse, Object::toString, null, null, List.of(), pattern);
  }

  static FieldKind<String, URI> address(int mostCharacters, Function<String, URI> parse) {
    return new FieldKind<>(
        String.class, parse, URI::toString, null, mostCharacters, List.of(), null);
  }

  static FieldKind<String, PixelExtent> extent() {
    return parsed(PixelExtent::parse, PixelExtent.PATTERN);
  }

  static <E extends Enum<E>> FieldKind<String, E> choice(Class<E> type, Function<String, E> parse) {
    return choice(List.of(type.getEnumConstants()), parse);
  }

  /** One of a few values, each by its {@code toString}. */
  static <T> FieldKind<String, T> choice(List<T> values, Function<String, T> parse) {
    List<String> choices = values.stream().map(Object::toString).toList();
    return new FieldKind<>(String.class, parse, Object::toString, null, null, choices, null);
  }

  /** What JSON was read as, as a value. */
  T value(Object raw, String field) {
    if (mostCharacters != null && raw instanceof String text && text.length() > mostCharacters) {
      throw DemofusionException.badRequest(
          field + " has " + text.length() + " characters; it must have at most " + mostCharacters);
    }
    return read.apply(json.cast(raw));
  }
}
