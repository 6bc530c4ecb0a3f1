package demofusion.coordinator.link;

import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.wire.LinkChunks;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.LinkMemory;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What goes through one WebSocket, at either end: each of its binary messages is one chunk of
 * {@link LinkChunks}. What waits to be sent waits as the objects that it is; of each lane one
 * message at a time becomes bytes, when there is room for it on the line.
 *
 * <p>Whatever cannot be read, or comes too large, too slowly or not at all, ends the connection,
 * and so does an end that reads nothing any more.
 */
public final class LinkFlow {
  /** The subprotocol of the WebSocket. */
  public static final String PROTOCOL = "demofusion-link";

  /** Messages that wait on each lane; a worker's credits are far fewer. */
  private static final int MOST_WAITING = 256;

  private static final int LARGEST_CHUNK = LinkChunks.CHUNK + LinkChunks.MOST_HEAD;

  private final LinkCodec codec;
  private final int largestMessage;
  private final LinkMemory memory;
  private final Duration silence;
  private final Materializer materializer;

  /**
   * @param largestMessage bytes that one message to this end may have
   * @param memory that unfinished messages of all connections share
   * @param silence after which an end from which nothing comes, or which takes nothing, is gone
   */
  public LinkFlow(
      LinkCodec codec,
      int largestMessage,
      LinkMemory memory,
      Duration silence,
      Materializer materializer) {
    this.codec = codec;
    this.largestMessage = largestMessage;
    this.memory = memory;
    this.silence = silence;
    this.materializer = materializer;
  }

  /**
   * For one connection, once.
   *
   * @param hearer takes each message that came; false: it must not come here, and the connection
   *     ends
   */
  public Flow<Message, Message, LinkSocket> flow(Predicate<Object> hearer) {
    return Flow.fromSinkAndSourceCoupledMat(
            incoming(hearer), outgoing(), (ended, sender) -> sender.endingWith(ended))
        .onErrorComplete();
  }

  private Sink<Message, CompletionStage<Done>> incoming(Predicate<Object> hearer) {
    LinkChunks.Assembler assembler = new LinkChunks.Assembler(largestMessage, memory);
    return Flow.of(Message.class)
        .mapAsync(1, this::chunk)
        .idleTimeout(silence)
        .statefulMapConcat(() -> assembling(assembler))
        .map(codec::read)
        .map(message -> heard(message, hearer))
        .toMat(Sink.ignore(), Keep.right())
        .mapMaterializedValue(done -> done.whenComplete((ended, failure) -> assembler.close()));
  }

  /** A chunk, of whatever frames and pieces it came. */
  private CompletionStage<byte[]> chunk(Message message) throws NotSerializableException {
    if (message.isText()) {
      throw new NotSerializableException("a message of text is none of ours");
    }
    BinaryMessage binary = message.asBinaryMessage();
    if (binary.isStrict()) {
      return CompletableFuture.completedFuture(binary.getStrictData().toArray());
    }
    return binary
        .getStreamedData()
        .limitWeighted(LARGEST_CHUNK, piece -> (long) piece.size())
        .runFold(ByteString.emptyByteString(), ByteString::concat, materializer)
        .thenApply(ByteString::toArray);
  }

  private static org.apache.pekko.japi.function.Function<byte[], Iterable<byte[]>> assembling(
      LinkChunks.Assembler assembler) {
    return chunk -> assembler.add(chunk).map(List::of).orElse(List.of());
  }

  private static Object heard(Object message, Predicate<Object> hearer)
      throws NotSerializableException {
    if (!hearer.test(message)) {
      throw new NotSerializableException(
          "a " + message.getClass().getSimpleName() + " must not come this way");
    }
    return message;
  }

  private Source<Message, LinkSocket> outgoing() {
    // "preferred" true would prefer the first of the two, whatever its documentation says.
    return lane(LinkChunks.LARGE)
        .mergePreferredMat(lane(LinkChunks.SMALL), false, false, Keep.both())
        .map(chunk -> (Message) BinaryMessage.create(ByteString.fromArrayUnsafe(chunk)))
        .backpressureTimeout(silence)
        .viaMat(KillSwitches.single(), Pair::create)
        .mapMaterializedValue(
            mat -> new LinkSocket(mat.first().second(), mat.first().first(), mat.second()));
  }

  private Source<byte[], BoundedSourceQueue<Object>> lane(int lane) {
    return Source.<Object>queue(MOST_WAITING)
        .map(codec::write)
        .mapConcat(message -> LinkChunks.split(message, lane));
  }

  /** On which lane a message goes: the same ones as with Artery, where children hear little. */
  static boolean isSmall(Object message) {
    return message instanceof WorkerLinkProtocol.Command
        || message instanceof DispatcherProtocol.Heartbeat;
  }
}
