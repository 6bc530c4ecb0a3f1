package demofusion.coordinator.image;

import java.io.IOException;
import java.io.OutputStream;

/** Bits of a JPEG's scan as bytes: one of 255 is followed by a 0, so that it is no marker. */
final class JpegBits {
  private final OutputStream out;
  private long waiting;
  private int count; // of bits that wait, fewer than 8 between calls

  JpegBits(OutputStream out) {
    this.out = out;
  }

  /**
   * @param code bits, and in the upper half how many
   */
  void write(int code) throws IOException {
    int length = code >>> 16;
    waiting = waiting << length | (code & 0xffff);
    count += length;
    while (count >= 8) {
      count -= 8;
      int value = (int) (waiting >> count) & 0xff;
      out.write(value);
      if (value == 0xff) {
        out.write(0);
      }
    }
  }

  /** Fills the last byte up with ones. */
  void finish() throws IOException {
    write(7 << 16 | 0x7f);
    count = 0;
  }
}
