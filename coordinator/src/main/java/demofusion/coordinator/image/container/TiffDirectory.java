package demofusion.coordinator.image.container;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of tags as TIFF has it (revision 6.0, section 2), which Exif took over: 12 bytes for
 * each tag, its type, how many values, and the values or where they lie.
 */
final class TiffDirectory {
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  private static final int SHORT = 3;
  private static final int BYTE = 1;

  /** Strips of the largest picture, and far more. */
  private static final int MOST_NUMBERS = 1 << 20;

  private record Entry(int type, long count, long position) {
    long bytes() {
      return type > 0 && type < TYPE_BYTES.length ? count * TYPE_BYTES[type] : 0;
    }
  }

  private final ImageInputStream in;
  private final Map<Integer, Entry> entries;
  private final boolean isWhole;

  private TiffDirectory(ImageInputStream in, Map<Integer, Entry> entries, boolean isWhole) {
    this.in = in;
    this.entries = entries;
    this.isWhole = isWhole;
  }

  /**
   * The first directory of a file that begins with TIFF's header.
   *
   * @throws IOException if there is no such header, or the directory does not lie in the file
   */
  static TiffDirectory first(ImageInputStream in) throws IOException {
    in.seek(0);
    int order = in.readUnsignedShort();
    if (order != 0x4949 && order != 0x4d4d) {
      throw new IOException("it has no byte order");
    }
    in.setByteOrder(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    in.readUnsignedShort(); // 42
    return at(in, in.readUnsignedInt());
  }

  private static TiffDirectory at(ImageInputStream in, long position) throws IOException {
    if (position > in.length() - 2) {
      throw new EOFException();
    }
    if (position < 8) {
      throw new IOException("its directory lies in its header");
    }
    in.seek(position);
    int count = in.readUnsignedShort();
    boolean isWhole = position + 2 + 12L * count <= in.length();
    Map<Integer, Entry> entries = new LinkedHashMap<>();
    for (int n = 0; n < count && in.getStreamPosition() + 12 <= in.length(); n++) {
      long next = in.getStreamPosition() + 12;
      int tag = in.readUnsignedShort();
      Entry entry = new Entry(in.readUnsignedShort(), in.readUnsignedInt(), next - 4);
      if (entry.bytes() > 4) {
        entry = new Entry(entry.type, entry.count, in.readUnsignedInt());
      }
      entries.putIfAbsent(tag, entry);
      in.seek(next);
    }
    return new TiffDirectory(in, entries, isWhole);
  }

  /** The directory that a tag points to. */
  Optional<TiffDirectory> below(int tag) throws IOException {
    long[] position = numbers(tag);
    return position.length == 0 ? Optional.empty() : Optional.of(at(in, position[0]));
  }

  /**
   * Whole numbers: none if there is no such tag, or it is none of numbers.
   *
   * @throws EOFException if they do not lie in the file
   */
  long[] numbers(int tag) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null || !isNumber(entry.type)) {
      return new long[0];
    }
    if (entry.count > MOST_NUMBERS) {
      throw new IOException(
          "a tag of it has %s numbers, more than %s".formatted(entry.count, MOST_NUMBERS));
    }
    seek(entry);
    long[] values = new long[Math.toIntExact(entry.count)];
    for (int n = 0; n < values.length; n++) {
      values[n] =
          entry.type == BYTE
              ? in.readUnsignedByte()
              : entry.type == SHORT ? in.readUnsignedShort() : in.readUnsignedInt();
    }
    return values;
  }

  private static boolean isNumber(int type) {
    return type == BYTE || type == SHORT || type == 4 || type == 13;
  }

  /** The first number of a tag, or another if there is none. */
  long number(int tag, long otherwise) throws IOException {
    long[] values = numbers(tag);
    return values.length == 0 ? otherwise : values[0];
  }

  /**
   * The bytes of a tag; null if there is no such tag.
   *
   * @throws EOFException if they do not lie in the file
   */
  byte @Nullable [] bytes(int tag) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return null;
    }
    seek(entry);
    byte[] values = new byte[Math.toIntExact(entry.bytes())];
    in.readFully(values);
    return values;
  }

  /**
   * @throws EOFException if a tag, or its values, do not lie in the file
   */
  void requireWhole() throws IOException {
    if (!isWhole) {
      throw new EOFException();
    }
    for (Entry entry : entries.values()) {
      seek(entry);
    }
  }

  private void seek(Entry entry) throws IOException {
    if (entry.position > in.length() - entry.bytes()) {
      throw new EOFException();
    }
    in.seek(entry.position);
  }
}
