package demofusion.protocol.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.latent.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes float32 tensors as a safetensors file. Equal tensors in equal order make equal bytes:
 * there is no date in them, and the metadata is sorted.
 */
public final class SafetensorsWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ALIGNMENT = 8; // of the data, as in the reference
  private static final int BUFFER_BYTES = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing what was there.
   *
   * @param tensors in the order in which they are to lie in the file
   */
  public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      toChannel(channel, tensors, metadata);
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
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, ByteBuffer.wrap(header(tensors, metadata)));
    for (Tensor tensor : tensors.values()) {
      float[] values = tensor.values();
      for (int from = 0; from < values.length; from += BUFFER_BYTES / Float.BYTES) {
        int count = Math.min(values.length - from, BUFFER_BYTES / Float.BYTES);
        buffer.clear().asFloatBuffer().put(values, from, count);
        writeFully(channel, buffer.limit(count * Float.BYTES));
      }
    }
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[SafetensorsHeader.LENGTH_BYTES], 0, SafetensorsHeader.LENGTH_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writePOJOField(SafetensorsHeader.METADATA, new TreeMap<>(metadata));
      }
      long offset = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        long end = offset + (long) Float.BYTES * entry.getValue().values().length;
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
      JsonGenerator json, String name, Tensor tensor, long offset, long end) throws IOException {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + name);
    }
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", DType.F32.name());
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
