package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.ByteBufferInput;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Kryo's input with the words in which our records are written, for bytes that nobody vouches for:
 * a length is believed only as far as the bytes that are left can bear it out, and before anything
 * is allocated for it.
 */
final class WireInput extends ByteBufferInput {
  private final Kryo kryo;
  private final ActorRefs actorRefs;

  WireInput(Kryo kryo, ActorRefs actorRefs, ByteBuffer payload) {
    super(payload);
    this.kryo = kryo;
    this.actorRefs = actorRefs;
  }

  /** All there is lies in the buffer; Kryo's own would compact it, which is Pekko's, to fill it. */
  @Override
  protected int require(int bytes) {
    int left = limit - position;
    if (left < bytes) {
      throw new KryoException(bytes + " bytes are wanted where " + left + " are left");
    }
    return left;
  }

  void requireNothingLeft() {
    if (position != limit) {
      throw new KryoException(limit - position + " bytes are left over");
    }
  }

  /** One of the table's rows, of the type that belongs here. */
  <T> T variant(Class<T> type) {
    return type.cast(kryo.readObject(this, WireTable.requireRow(kryo, readVarInt(true), type)));
  }

  /**
   * How many of something follow.
   *
   * @param leastBytes that each of them takes
   */
  int count(int leastBytes) {
    int count = readVarInt(true);
    if (count < 0 || (long) count * leastBytes > limit - position) {
      throw new KryoException(
          "a length of " + count + " is more than the " + (limit - position) + " bytes left hold");
    }
    return count;
  }

  String text() {
    return characters(count(1));
  }

  /** A name, which what it is for would repeat if it refused it. */
  String name(int longest) {
    int count = count(1);
    if (count > longest) {
      throw new KryoException("a name of " + count + " characters must have at most " + longest);
    }
    return characters(count);
  }

  private String characters(int count) {
    char[] characters = new char[count];
    for (int n = 0; n < characters.length; n++) {
      int character = readVarInt(true);
      if (character < 0 || character > Character.MAX_VALUE) {
        throw new KryoException(character + " is no character");
      }
      characters[n] = (char) character;
    }
    return new String(characters);
  }

  <E extends Enum<E>> E choice(Class<E> type) {
    return choice(List.of(type.getEnumConstants()), type.getSimpleName());
  }

  <T> T choice(List<T> values, String name) {
    int place = readVarInt(true);
    if (place < 0 || place >= values.size()) {
      throw new KryoException(place + " is no " + name);
    }
    return values.get(place);
  }

  /** Elements of which each takes so many bytes at least. */
  <T> List<T> list(int leastBytes, Function<WireInput, T> reader) {
    int count = count(leastBytes);
    List<T> values = new ArrayList<>(count);
    for (int n = 0; n < count; n++) {
      values.add(reader.apply(this));
    }
    return values;
  }

  <T> @Nullable T optional(Function<WireInput, T> reader) {
    return readBoolean() ? reader.apply(this) : null;
  }

  Tensor tensor() {
    return TensorBytes.read(this);
  }

  <T> ActorRef<T> actorRef() {
    return actorRefs.fromText(name(ActorRefs.LONGEST));
  }

  /** The next bytes, little-endian. */
  ByteBuffer bytes(int count) {
    require(count);
    ByteBuffer bytes = getByteBuffer().slice(position, count).order(ByteOrder.LITTLE_ENDIAN);
    setPosition(position + count);
    return bytes;
  }
}
