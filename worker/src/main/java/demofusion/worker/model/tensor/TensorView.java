package demofusion.worker.model.tensor;

import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.Float8;
import demofusion.protocol.safetensors.FloatConversion;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A tensor seen through its file: as it lies there, or rows of it, or turned. What lies in one
 * piece stays in the mapped file.
 *
 * @param file for sentences and for the order of reading
 * @param name that it has in the file
 * @param stored the type of {@link #content}
 * @param offset about where it lies in the file
 * @param content little-endian; for what is turned or multiplied a new copy each time
 */
public record TensorView(
    Path file,
    String name,
    DType stored,
    String typeName,
    long[] shape,
    long offset,
    Supplier<ByteBuffer> content) {
  /** The floating-point types that weights come in. */
  private static final Set<DType> READABLE =
      Set.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);

  /** Those types, for sentences. */
  public static final String READ = "F32, F16, BF16, F8_E4M3 or F8_E5M2";

  public static TensorView of(SafetensorsFile file, SafetensorsFile.Entry entry) {
    return new TensorView(
        file.path(),
        entry.name(),
        entry.dtype(),
        entry.typeName(),
        entry.shape(),
        entry.offset(),
        () -> file.bytes(entry.name()));
  }

  /** The file's last name, for sentences. */
  public String fileName() {
    return String.valueOf(file.getFileName());
  }

  public boolean isReadable() {
    return READABLE.contains(stored);
  }

  /** F32, F16 or BF16: how {@link #bytes} gives it. */
  public DType type() {
    return Float8.is(stored) ? DType.F16 : stored;
  }

  /** The values in {@link #type}, little-endian: the mapped file's own pages where that can be. */
  public ByteBuffer bytes() {
    ByteBuffer bytes = content.get();
    return Float8.is(stored) ? Float8.toFloat16(stored, bytes) : bytes;
  }

  /** The values as float32, on the heap. */
  public float[] floats() {
    return FloatConversion.toFloats(stored, content.get());
  }

  /** The first value. */
  public float first() {
    return floats()[0];
  }

  /** How many values there are. */
  public long size() {
    long size = 1;
    for (long side : shape) {
      size = Math.multiplyExact(size, side);
    }
    return size;
  }

  /** What it takes as it is stored. */
  public long storedBytes() {
    return size() * stored.bits() / Byte.SIZE;
  }

  /** One of equal parts along the first axis, which is a piece of the same memory. */
  public TensorView part(int number, int parts) {
    long[] partShape = shape.clone();
    partShape[0] /= parts;
    long bytes = storedBytes() / parts;
    return new TensorView(
        file,
        name,
        stored,
        typeName,
        partShape,
        offset + number * bytes,
        () ->
            content
                .get()
                .slice(Math.toIntExact(number * bytes), Math.toIntExact(bytes))
                .order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The same values under another shape of as many. */
  public TensorView shaped(long... other) {
    return new TensorView(file, name, stored, typeName, other, offset, content);
  }

  /** A matrix turned: rows become columns. */
  public TensorView transposed() {
    long[] turned = {shape[1], shape[0]};
    return new TensorView(file, name, stored, typeName, turned, offset, this::turnedContent);
  }

  private ByteBuffer turnedContent() {
    ByteBuffer from = content.get();
    int rows = Math.toIntExact(shape[0]);
    int columns = Math.toIntExact(shape[1]);
    int unit = stored.bits() / Byte.SIZE;
    ByteBuffer to = ByteBuffer.allocateDirect(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        int at = (row * columns + column) * unit;
        for (int n = 0; n < unit; n++) {
          to.put(from.get(at + n));
        }
      }
    }
    return to.flip();
  }

  /** Every value multiplied with the one of a scalar, in float32. */
  public TensorView scaledBy(TensorView scale) {
    return new TensorView(
        file, name, DType.F32, DType.F32.name(), shape, offset, () -> scaledContent(scale.first()));
  }

  private ByteBuffer scaledContent(float scale) {
    float[] values = floats();
    ByteBuffer to =
        ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      to.putFloat(value * scale);
    }
    return to.flip();
  }
}
