package demofusion.protocol.safetensors;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, mapped and checked: whatever the format's reference implementation refuses is
 * refused here too, before a single value is looked at. The values stay in the file; what {@link
 * #bytes} hands out are views of the mapping, which lives as long as any of them does (there is
 * nothing to close).
 */
public final class SafetensorsFile {
  private final Path path;
  private final SafetensorsHeader header;
  // By the place in the file where each begins. A mapping cannot be larger than 2 GiB, so a large
  // file has several, none of which ends inside a tensor.
  private final NavigableMap<Long, MappedByteBuffer> mappings;

  private SafetensorsFile(
      Path path, SafetensorsHeader header, NavigableMap<Long, MappedByteBuffer> mappings) {
    this.path = path;
    this.header = header;
    this.mappings = mappings;
  }

  /**
   * One tensor of the file.
   *
   * @param typeName of its type, as the header has it
   * @param offset of its first byte, from the beginning of the file
   * @param length in bytes
   */
  public record Entry(
      String name, DType dtype, String typeName, long[] shape, long offset, long length) {
    /** How many values the tensor has. */
    public long size() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    @Override
    public String toString() {
      return name + ": " + typeName + Arrays.toString(shape);
    }
  }

  /**
   * Maps and checks a file.
   *
   * @throws DemofusionException BAD_MODEL, naming file and values, if the file is missing or is not
   *     exactly what its header says
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw DemofusionException.badModel(path + " is a folder, not a safetensors file");
    }
    if (!Files.exists(path)) {
      throw DemofusionException.badModel(path + " does not exist");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafetensorsHeader header = SafetensorsHeader.read(path, channel);
      return new SafetensorsFile(path, header, map(channel, header.entriesByOffset()));
    } catch (IOException e) {
      throw new DemofusionException(FailureCode.BAD_MODEL, path + " cannot be read: " + e, e);
    }
  }

  private static NavigableMap<Long, MappedByteBuffer> map(
      FileChannel channel, Collection<Entry> entriesByOffset) throws IOException {
    NavigableMap<Long, MappedByteBuffer> mappings = new TreeMap<>();
    long start = -1;
    long end = -1;
    for (Entry entry : entriesByOffset) {
      long entryEnd = entry.offset() + entry.length();
      if (start < 0 || entryEnd - start > Integer.MAX_VALUE) {
        mapRange(channel, start, end, mappings);
        start = entry.offset();
      }
      end = entryEnd;
    }
    mapRange(channel, start, end, mappings);
    return mappings;
  }

  private static void mapRange(
      FileChannel channel, long start, long end, NavigableMap<Long, MappedByteBuffer> mappings)
      throws IOException {
    // A single tensor above 2 GiB is left out here and refused where its bytes are asked for.
    if (end > start && end - start <= Integer.MAX_VALUE) {
      mappings.put(start, channel.map(MapMode.READ_ONLY, start, end - start));
    }
  }

  public Path path() {
    return path;
  }

  /** The tensors' names, in the order of the header. */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries().keySet());
  }

  /** The tensors, in the order of the header. */
  public Collection<Entry> entries() {
    return Collections.unmodifiableCollection(header.entries().values());
  }

  /** What the header says beside the tensors; empty where it says nothing. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /**
   * @throws DemofusionException BAD_MODEL if the file has no tensor of that name
   */
  public Entry entry(String name) {
    @Nullable Entry entry = header.entries().get(name);
    if (entry == null) {
      throw DemofusionException.badModel(path + " has no tensor named " + name);
    }
    return entry;
  }

  /** A tensor's bytes as they lie in the file: a read-only, little-endian view of the mapping. */
  public ByteBuffer bytes(String name) {
    Entry entry = entry(name);
    if (entry.length() == 0) {
      return ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
    if (entry.length() > Integer.MAX_VALUE) {
      throw DemofusionException.badModel(
          "%s: tensor %s is larger than 2 GiB, which cannot be mapped in one piece"
              .formatted(path, entry));
    }
    Map.Entry<Long, MappedByteBuffer> mapping = mappings.floorEntry(entry.offset());
    return mapping
        .getValue()
        .slice((int) (entry.offset() - mapping.getKey()), (int) entry.length())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A tensor's values, copied to the heap and converted to float32. Exact for F32, F16, BF16,
   * F8_E4M3 and F8_E5M2; F64, I64 and I32 are rounded.
   *
   * @throws DemofusionException BAD_MODEL if the tensor has another type
   */
  public Tensor tensor(String name) {
    Entry entry = entry(name);
    int[] shape = new int[entry.shape().length];
    for (int axis = 0; axis < shape.length; axis++) {
      if (entry.shape()[axis] > Integer.MAX_VALUE) {
        throw DemofusionException.badModel(
            path + ": tensor " + entry + " has a side above " + Integer.MAX_VALUE);
      }
      shape[axis] = (int) entry.shape()[axis];
    }
    if (!FloatConversion.isReadable(entry.dtype())) {
      throw DemofusionException.badModel(
          path
              + ": tensor "
              + entry
              + " cannot be read as float32; its type must be F32, F16, BF16, F8_E4M3, F8_E5M2,"
              + " F64, I64 or I32");
    }
    return new Tensor(shape, FloatConversion.toFloats(entry.dtype(), bytes(name)));
  }

  @Override
  public String toString() {
    return path + " (" + header.entries().size() + " tensors)";
  }
}
