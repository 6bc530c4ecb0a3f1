package demofusion.deploy.selftest.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.Sha256;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bits of all answers of a model, as one line that another process can print.
 *
 * @param byQuestion SHA-256 of each answer, hexadecimal
 */
public record Fingerprint(Map<String, String> byQuestion) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public Fingerprint {
    byQuestion = new LinkedHashMap<>(byQuestion);
  }

  public static Fingerprint of(Probe probe) {
    Map<String, String> hashes = new LinkedHashMap<>();
    probe.answers().forEach((question, answer) -> hashes.put(question, hash(answer)));
    return new Fingerprint(hashes);
  }

  private static String hash(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    return HexFormat.of().formatHex(Sha256.of(bytes.array()));
  }

  public String line() {
    try {
      return MAPPER.writeValueAsString(byQuestion);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  static Fingerprint parse(String line) {
    try {
      Map<String, String> hashes =
          MAPPER.readValue(line, new TypeReference<LinkedHashMap<String, String>>() {});
      if (hashes == null) { // the line says null
        throw new IllegalArgumentException("no fingerprint: " + line);
      }
      return new Fingerprint(hashes);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no fingerprint: " + line, e);
    }
  }
}
