package demofusion.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;

/** Answers that are JSON, as the API's records. */
record JsonBody(JsonMapper json) {
  /** More than the listing of all jobs of years. */
  private static final int LONGEST = 256 << 20;

  <T> Transport.Reading<T> reading(Class<T> type) {
    return body -> {
      byte[] bytes = body.readNBytes(LONGEST);
      try {
        T value = json.readValue(bytes, type);
        if (value != null) {
          return value;
        }
      } catch (JsonProcessingException e) {
        throw notOurs(e);
      }
      throw notOurs(new IOException("null"));
    };
  }

  /** An answer that no coordinator of this version gives. */
  static DemofusionException notOurs(IOException cause) {
    return new DemofusionException(
        FailureCode.UNAVAILABLE,
        "the answer is not from a demofusion coordinator of this version: check --coordinator",
        cause);
  }
}
