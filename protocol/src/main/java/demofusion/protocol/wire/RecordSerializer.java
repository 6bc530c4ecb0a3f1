package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A record as its components, one after the other in an order that is written down here and not
 * found by reflection (Kryo's own goes by name, and renaming a component would change the wire).
 */
final class RecordSerializer<T> extends Serializer<T> {
  private final BiConsumer<WireOutput, T> writer;
  private final Function<WireInput, T> reader;

  private RecordSerializer(BiConsumer<WireOutput, T> writer, Function<WireInput, T> reader) {
    super(false, true);
    this.writer = writer;
    this.reader = reader;
  }

  /** The reader takes the components in the order in which the writer gives them. */
  static <T> RecordSerializer<T> of(
      BiConsumer<WireOutput, T> writer, Function<WireInput, T> reader) {
    return new RecordSerializer<>(writer, reader);
  }

  @Override
  public void write(Kryo kryo, Output output, T value) {
    writer.accept((WireOutput) output, value);
  }

  @Override
  public T read(Kryo kryo, Input input, Class<? extends T> type) {
    return reader.apply((WireInput) input);
  }
}
