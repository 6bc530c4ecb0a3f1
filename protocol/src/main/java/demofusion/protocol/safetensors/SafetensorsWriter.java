package demofusion.protocol.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes tensors as a safetensors file, most often of float32. Equal tensors in equal order make
 * equal bytes: there is no date in them, and the metadata is sorted.
 */
public final class SafetensorsWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ALIGNMENT = 8; // of the data, as in the reference
  private static final int BUFFER_BYTES = 1 << 18;

  private SafetensorsWriter() {}

  /** Copies {@code count} values from the {@code from}th on into an array, from {@code at} on. */
  @FunctionalInterface
  public interface Reading {
    void read(int from, float[] into, int at, int count);
  }

  /** A tensor of any type whose bytes are there, little-endian. */
  public record Raw(DType type, long[] shape, Supplier<ByteBuffer> content) {}

  /** What a header says of a tensor but for its place. */
  private record Described(DType type, long[] shape) {
    long bytes() {
      long bits = type.bits();
      for (long side : shape) {
        bits = Math.multiplyExact(bits, side);
      }
      return bits / Byte.SIZE;
    }
  }

  /** A tensor that is read piece by piece, wherever it lies. */
  public record Source(int[] shape, Reading reading) {
    static Source of(Tensor tensor) {
      return new Source(
          tensor.shape(),
          (from, into, at, count) -> System.arraycopy(tensor.values(), from, into, at, count));
    }

    /** A float32 tensor of another file, which stays there until it is written. */
    public static Source of(SafetensorsFile file, String name) {
      SafetensorsFile.Entry entry = file.entry(name);
      if (entry.dtype() != DType.F32) {
        throw DemofusionException.badModel(
            file.path() + ": tensor " + entry + " must be " + DType.F32);
      }
      FloatBuffer values = file.bytes(name).asFloatBuffer();
      int[] shape = Arrays.stream(entry.shape()).mapToInt(Math::toIntExact).toArray();
      return new Source(shape, values::get);
    }

    long length() {
      long length = 1;
      for (int side : shape) {
        length = Math.multiplyExact(length, (long) side);
      }
      return length;
    }
  }

  /**
   * Writes the bytes of a file, through a small buffer whatever the size of the tensors.
   *
   * @param tensors in the order in which they are to lie in the file
   */
  public static void toChannel(
      WritableByteChannel channel, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Map<String, Source> sources = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> sources.put(name, Source.of(tensor)));
    stream(channel, sources, metadata);
  }

  /** The same for tensors that are not in the heap. */
  public static void stream(
      WritableByteChannel channel, Map<String, Source> tensors, Map<String, String> metadata)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    float[] band = new float[BUFFER_BYTES / Float.BYTES];
    Map<String, Described> described = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            described.put(
                name,
                new Described(DType.F32, Arrays.stream(tensor.shape()).asLongStream().toArray())));
    writeFully(channel, ByteBuffer.wrap(header(described, metadata)));
    for (Source tensor : tensors.values()) {
      int length = Math.toIntExact(tensor.length());
      for (int from = 0; from < length; from += band.length) {
        int count = Math.min(length - from, band.length);
        tensor.reading().read(from, band, 0, count);
        buffer.clear().asFloatBuffer().put(band, 0, count);
        writeFully(channel, buffer.limit(count * Float.BYTES));
      }
    }
  }

  /** Writes the bytes of a file of tensors in whatever types they have. */
  public static void copy(
      WritableByteChannel channel, Map<String, Raw> tensors, Map<String, String> metadata)
      throws IOException {
    Map<String, Described> described = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> described.put(name, new Described(tensor.type(), tensor.shape())));
    writeFully(channel, ByteBuffer.wrap(header(described, metadata)));
    for (Raw tensor : tensors.values()) {
      writeFully(channel, tensor.content().get());
    }
  }

  private static byte[] header(Map<String, Described> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[SafetensorsHeader.LENGTH_BYTES], 0, SafetensorsHeader.LENGTH_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writePOJOField(SafetensorsHeader.METADATA, new TreeMap<>(metadata));
      }
      long offset = 0;
      for (Map.Entry<String, Described> entry : tensors.entrySet()) {
        long end = offset + entry.getValue().bytes();
        writeEntry(json, entry.getKey(), entry.getValue(), offset, end);
        offset = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    byte[] header = bytes.toByteArray();
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length - SafetensorsHeader.LENGTH_BYTES);
    return header;
  }

  private static void writeEntry(
      JsonGenerator json, String name, Described tensor, long offset, long end) throws IOException {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + name);
    }
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", tensor.type().name());
    json.writeFieldName("shape");
    json.writeArray(tensor.shape(), 0, tensor.shape().length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {offset, end}, 0, 2);
    json.writeEndObject();
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
