package demofusion.worker.model.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The attributes of a TorchScript module, written as the pickle (protocol 2) that its archive
 * holds: the few opcodes that an object with numbers, flags, lists and an empty dictionary needs.
 */
public final class Attributes {
  private static final int PROTOCOL = 0x80;
  private static final int NEWOBJ = 0x81;
  private static final int NEWTRUE = 0x88;
  private static final int NEWFALSE = 0x89;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * @param className of the module, as its source has it
   */
  public Attributes(String className) {
    out.write(PROTOCOL);
    out.write(2);
    opcodes("c__torch__\n" + className + "\n)");
    out.write(NEWOBJ);
    opcodes("}(");
    flag("training", false);
    name("w");
    opcodes("}");
  }

  public Attributes integer(String name, int value) {
    name(name);
    integer(value);
    return this;
  }

  public Attributes number(String name, double value) {
    name(name);
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    return this;
  }

  public Attributes flag(String name, boolean value) {
    name(name);
    out.write(value ? NEWTRUE : NEWFALSE);
    return this;
  }

  /** A list goes through torch's own helper, or it would be read as a list of anything. */
  public Attributes integers(String name, int... values) {
    name(name);
    opcodes("ctorch.jit._pickle\nbuild_intlist\n(](");
    for (int value : values) {
      integer(value);
    }
    opcodes("etR");
    return this;
  }

  byte[] toPickle() {
    opcodes("ub.");
    return out.toByteArray();
  }

  private void name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    littleEndian(bytes.length);
    out.writeBytes(bytes);
  }

  private void integer(int value) {
    out.write('J');
    littleEndian(value);
  }

  private void littleEndian(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void opcodes(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
