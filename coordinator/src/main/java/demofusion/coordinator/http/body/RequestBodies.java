package demofusion.coordinator.http.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaType;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Requests' bodies as values. All bodies together may have so many bytes at once, however many
 * clients there are: the heap is the pictures'.
 */
public final class RequestBodies {
  /** Of the largest body: one that arrives and one that is read. */
  private static final int AT_ONCE = 2;

  private final HttpLimits limits;
  private final Materializer materializer;
  private final Executor reading;
  private final JsonMapper json;
  private final JsonMapper guestJson;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param reading threads for turning text into values, which takes a while for a picture
   */
  public RequestBodies(HttpLimits limits, Materializer materializer, Executor reading) {
    this.limits = limits;
    this.materializer = materializer;
    this.reading = reading;
    int longestText = Math.toIntExact(limits.pictureBytes());
    this.json = ApiJson.strict(longestText);
    this.guestJson = ApiJson.likePython(longestText);
  }

  /** A body that may hold a picture. */
  public <T> CompletionStage<T> readLarge(HttpRequest request, Class<T> type) {
    requireJson(request);
    return read(request, bytes -> parse(json, bytes, type), limits.pictureBytes());
  }

  public <T> CompletionStage<T> read(HttpRequest request, Class<T> type) {
    requireJson(request);
    return read(request, bytes -> parse(json, bytes, type), HttpLimits.BODY_BYTES);
  }

  /** What another program's client sends, as that program's server reads it. */
  public CompletionStage<JsonNode> readGuest(HttpRequest request) {
    return readGuest(request, HttpLimits.BODY_BYTES);
  }

  /** The same of a body that may hold a picture. */
  public CompletionStage<JsonNode> readLargeGuest(HttpRequest request) {
    return readGuest(request, limits.pictureBytes());
  }

  private CompletionStage<JsonNode> readGuest(HttpRequest request, long most) {
    // Where no type is named, Pekko takes this one. No page of another site comes as far as this,
    // though a browser names none for it: who asks was looked at before.
    if (!hasType(request, MediaTypes.APPLICATION_OCTET_STREAM)) {
      requireJson(request);
    }
    return read(request, bytes -> parse(guestJson, bytes, JsonNode.class), most);
  }

  /** A body that {@link #isForm is a form}, in which there may be a picture. */
  public CompletionStage<MultipartForm> readForm(HttpRequest request) {
    var type =
        (org.apache.pekko.http.scaladsl.model.MediaType)
            request.entity().getContentType().mediaType();
    String boundary = type.params().getOrElse("boundary", () -> "");
    return read(request, bytes -> MultipartForm.parse(bytes, boundary), limits.pictureBytes());
  }

  public static boolean isForm(HttpRequest request) {
    MediaType type = request.entity().getContentType().mediaType();
    return type.isMultipart() && type.subType().equals("form-data");
  }

  private <T> CompletionStage<T> read(
      HttpRequest request, Function<ByteString, T> reader, long most) {
    AtomicLong mine = new AtomicLong();
    return request
        .entity()
        .withSizeLimit(most)
        .getDataBytes()
        .map(bytes -> counted(bytes, mine))
        .via(new MinimumRate(limits.arrival()))
        .completionTimeout(limits.arrival().body())
        .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), materializer)
        .thenApplyAsync(reader, reading)
        .whenComplete((value, failure) -> held.addAndGet(-mine.get()));
  }

  /**
   * A body of any size, as it comes: whoever takes it slowly has the client send slowly.
   *
   * @return fails where it comes slower than any line is
   */
  public Source<ByteString, ?> bytes(HttpRequest request) {
    return request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .via(new MinimumRate(limits.arrival()));
  }

  public static boolean isJson(HttpRequest request) {
    return hasType(request, MediaTypes.APPLICATION_JSON);
  }

  private static void requireJson(HttpRequest request) {
    // Also what keeps a browser's form from being a request.
    if (!isJson(request)) {
      throw ApiException.with(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE,
          "the body is " + request.entity().getContentType() + "; it must be application/json");
    }
  }

  private static boolean hasType(HttpRequest request, MediaType type) {
    return request.entity().getContentType().mediaType().equals(type);
  }

  private ByteString counted(ByteString bytes, AtomicLong mine) {
    mine.addAndGet(bytes.size());
    if (held.addAndGet(bytes.size()) > AT_ONCE * limits.pictureBytes()) {
      throw ApiException.with(
          StatusCodes.SERVICE_UNAVAILABLE, "too many large requests at once; retry later");
    }
    return bytes;
  }

  /** A part of a body that was read, as strictly as if it were a body. */
  public <T> T value(JsonNode part, Class<T> type) {
    try (JsonParser parser = json.treeAsTokens(part)) {
      return parse(json, parser, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T parse(JsonMapper json, ByteString bytes, Class<T> type) {
    try (JsonParser parser = json.createParser(bytes.asInputStream())) {
      return parse(json, parser, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T parse(JsonMapper json, JsonParser parser, Class<T> type) throws IOException {
    try {
      T value = json.readValue(parser, type);
      if (value == null) {
        throw ApiException.badRequest("the body must be one JSON object");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest(JsonRefusals.sentence(e, parser));
    }
  }
}
