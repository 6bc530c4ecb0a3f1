package demofusion.protocol.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * The headers of full-size files as people have them: every key with its type and shape. A file
 * made of one is all zeros and takes no room on the disk.
 */
public final class GoldenHeaders {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectNode MODELS = read("models/headers.json.gz");
  private static final ObjectNode BESIDE = read("conditioning/headers.json.gz");

  private GoldenHeaders() {}

  private static ObjectNode read(String file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(GoldenData.path(file)))) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of whole models and of what is refused in their place. */
  public static Stream<String> names() {
    return names(MODELS);
  }

  /** Of ControlNets, of IP-Adapters and of what is refused in their place. */
  public static Stream<String> namesBesideModels() {
    return names(BESIDE);
  }

  private static Stream<String> names(ObjectNode cases) {
    return StreamSupport.stream(((Iterable<String>) cases::fieldNames).spliterator(), false);
  }

  private static JsonNode named(String name) {
    return MODELS.has(name) ? MODELS.get(name) : BESIDE.get(name);
  }

  /** What the file is, or the word that it is refused by. */
  public static JsonNode expected(String name) {
    return named(name).get("expected");
  }

  /** A copy of a case, to be changed. */
  public static ObjectNode of(String name) {
    return named(name).deepCopy();
  }

  /** The tensors of a case, which lie nowhere. */
  public static List<SafetensorsFile.Entry> entries(String name) {
    List<SafetensorsFile.Entry> entries = new ArrayList<>();
    named(name)
        .get("tensors")
        .properties()
        .forEach(
            tensor ->
                entries.add(
                    new SafetensorsFile.Entry(
                        tensor.getKey(),
                        DType.valueOf(tensor.getValue().get(0).asText()),
                        tensor.getValue().get(0).asText(),
                        shape(tensor.getValue()),
                        0,
                        0)));
    return entries;
  }

  private static long[] shape(JsonNode tensor) {
    return StreamSupport.stream(tensor.get(1).spliterator(), false)
        .mapToLong(JsonNode::asLong)
        .toArray();
  }

  /** Writes a file with a case's header, and all zeros, without taking the room for them. */
  public static Path write(String name, Path folder) {
    return write(named(name), folder.resolve(name + ".safetensors"));
  }

  /** The same of a case that was changed. */
  public static Path write(JsonNode header, Path file) {
    ObjectNode json = JSON.createObjectNode();
    if (!header.path("metadata").isEmpty()) {
      json.set("__metadata__", header.get("metadata"));
    }
    long end = 0;
    for (var tensor : header.get("tensors").properties()) {
      long length = DType.valueOf(tensor.getValue().get(0).asText()).bits() / Byte.SIZE;
      for (long side : shape(tensor.getValue())) {
        length *= side;
      }
      ObjectNode entry = json.putObject(tensor.getKey());
      entry.set("dtype", tensor.getValue().get(0));
      entry.set("shape", tensor.getValue().get(1));
      entry.putArray("data_offsets").add(end).add(end + length);
      end += length;
    }
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      byte[] text = JSON.writeValueAsBytes(json);
      out.write(
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, text.length));
      out.write(ByteBuffer.wrap(text));
      if (end > 0) {
        out.write(ByteBuffer.allocate(1), Long.BYTES + text.length + end - 1);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
