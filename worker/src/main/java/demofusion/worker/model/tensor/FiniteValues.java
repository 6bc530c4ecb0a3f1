package demofusion.worker.model.tensor;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;

/** Refuses a file that has NaN or infinity anywhere: one of them would spread through a picture. */
public final class FiniteValues {
  private static final int LONGEST_NAME = 120;

  private FiniteValues() {}

  /**
   * @param what file it is, for the sentence
   * @throws DemofusionException BAD_MODEL
   */
  public static void require(String what, SafetensorsFile file) {
    file.entries().parallelStream()
        .filter(entry -> !isFinite(entry.dtype(), file.bytes(entry.name())))
        .findFirst()
        .ifPresent(
            entry -> {
              throw DemofusionException.badModel(
                  "%s has NaN or infinity in %s: the file is damaged, or its training failed"
                      .formatted(what, Excerpt.of(printable(entry.name()), LONGEST_NAME)));
            });
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  /** A number is neither while its exponent is not all ones. */
  private static boolean isFinite(DType type, ByteBuffer bytes) {
    return switch (type) {
      case F16 -> isFinite(bytes, 0x7c00);
      case BF16 -> isFinite(bytes, 0x7f80);
      case F8_E4M3 -> isFiniteBytes(bytes, 0x7f); // it has no infinity, and one NaN of each sign
      case F8_E5M2 -> isFiniteBytes(bytes, 0x7c);
      case F32 -> {
        boolean isFinite = true;
        while (bytes.remaining() >= Float.BYTES) {
          isFinite &= Float.isFinite(bytes.getFloat());
        }
        yield isFinite;
      }
      case F64 -> {
        boolean isFinite = true;
        while (bytes.remaining() >= Double.BYTES) {
          isFinite &= Double.isFinite(bytes.getDouble());
        }
        yield isFinite;
      }
      default -> true;
    };
  }

  private static boolean isFinite(ByteBuffer halves, int exponent) {
    boolean isFinite = true;
    while (halves.remaining() >= Short.BYTES) {
      isFinite &= (halves.getShort() & exponent) != exponent;
    }
    return isFinite;
  }

  private static boolean isFiniteBytes(ByteBuffer bytes, int special) {
    boolean isFinite = true;
    while (bytes.hasRemaining()) {
      isFinite &= (bytes.get() & special) != special;
    }
    return isFinite;
  }
}
