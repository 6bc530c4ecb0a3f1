package demofusion.coordinator.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** The float32 tensors of one golden safetensors file, read without any check. */
public final class GoldenTensors {
  private final Map<String, Tensor> tensors = new HashMap<>();

  private GoldenTensors() {}

  public static GoldenTensors read(String name) {
    try {
      ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(GoldenData.path(name)));
      file.order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[(int) file.getLong()];
      file.get(header);
      ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
      GoldenTensors golden = new GoldenTensors();
      JsonNode entries = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      entries
          .properties()
          .forEach(
              entry -> {
                if (entry.getValue().path("dtype").asText().equals("F32")) {
                  golden.tensors.put(entry.getKey(), tensor(entry.getValue(), data));
                }
              });
      return golden;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor tensor(JsonNode entry, ByteBuffer data) {
    int[] shape = new int[entry.get("shape").size()];
    for (int n = 0; n < shape.length; n++) {
      shape[n] = entry.get("shape").get(n).asInt();
    }
    int from = entry.get("data_offsets").get(0).asInt();
    int to = entry.get("data_offsets").get(1).asInt();
    float[] values = new float[(to - from) / Float.BYTES];
    data.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new Tensor(shape, values);
  }

  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no golden tensor " + name);
    }
    return tensor;
  }

  public float[] values(String name) {
    return tensor(name).values();
  }
}
