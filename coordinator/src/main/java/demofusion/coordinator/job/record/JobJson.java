package demofusion.coordinator.job.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What this package writes as JSON: records into folders, views for those who are told. */
public final class JobJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private JobJson() {}

  public static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write as JSON: " + value.getClass(), e);
    }
  }

  /**
   * @param where for the sentence
   * @throws DemofusionException STORAGE if that is not what is there
   */
  public static <T> T read(byte[] json, Class<T> type, String where) {
    try {
      T value = JSON.readValue(json, type);
      if (value == null) {
        throw unreadable(where, "it is empty", null);
      }
      return value;
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause();
      String why = cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
      throw unreadable(where, why, e);
    } catch (IOException e) {
      throw unreadable(where, "it is not valid JSON", e);
    }
  }

  private static DemofusionException unreadable(
      String where, String why, @Nullable Throwable cause) {
    String line = why.lines().findFirst().orElse("");
    return new DemofusionException(FailureCode.STORAGE, where + " cannot be read: " + line, cause);
  }
}
