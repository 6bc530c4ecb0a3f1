package demofusion.protocol.safetensors;

/**
 * The types of a safetensors file, by the names that its header uses. Newer types come up in files
 * whose other tensors can be read all the same.
 */
public enum DType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E5M2FNUZ(8),
  F8_E4M3FNUZ(8),
  F8_E8M0(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64),
  /** A type that is not known here: nothing can be said of its length, nor can it be read. */
  UNKNOWN(0);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Bits per value: less than a byte's for the smallest floats. */
  public int bits() {
    return bits;
  }
}
