package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.ByteBufferOutput;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Kryo's output with the words in which our records are written; {@link WireInput} reads them. */
final class WireOutput extends ByteBufferOutput {
  private final Kryo kryo;
  private final ActorRefs actorRefs;

  /**
   * @param most bytes to which the buffer may grow; −1: as large as an array can be
   */
  WireOutput(Kryo kryo, ActorRefs actorRefs, ByteBuffer buffer, int most) {
    super(buffer, most);
    this.kryo = kryo;
    this.actorRefs = actorRefs;
  }

  /** One of the table's rows: its number, then itself. */
  void variant(Object value) {
    writeVarInt(kryo.getRegistration(value.getClass()).getId(), true);
    kryo.writeObject(this, value);
  }

  /** A length, which the reader holds against what is left. */
  void count(int count) {
    writeVarInt(count, true);
  }

  /** Every Java string comes back as it was, unpaired surrogates too, which UTF-8 would lose. */
  void text(String text) {
    count(text.length());
    for (int n = 0; n < text.length(); n++) {
      writeVarInt(text.charAt(n), true);
    }
  }

  /** By its place among the others, which is part of the wire: a test holds the order. */
  @SuppressWarnings("EnumOrdinal")
  void choice(Enum<?> value) {
    writeVarInt(value.ordinal(), true);
  }

  /** By its place among others that are no enum. */
  <T> void choice(List<T> values, T value) {
    int place = values.indexOf(value);
    if (place < 0) {
      throw new IllegalArgumentException(value + " is none of " + values);
    }
    writeVarInt(place, true);
  }

  <T> void list(List<T> values, BiConsumer<WireOutput, T> writer) {
    count(values.size());
    for (T value : values) {
      writer.accept(this, value);
    }
  }

  <T> void optional(@Nullable T value, BiConsumer<WireOutput, T> writer) {
    writeBoolean(value != null);
    if (value != null) {
      writer.accept(this, value);
    }
  }

  void tensor(Tensor tensor) {
    TensorBytes.write(this, tensor);
  }

  void actorRef(ActorRef<?> ref) {
    text(actorRefs.toText(ref));
  }

  /** The next bytes, little-endian, for the caller to fill. */
  ByteBuffer room(int bytes) {
    require(bytes);
    ByteBuffer room = getByteBuffer().slice(position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    setPosition(position() + bytes);
    return room;
  }
}
