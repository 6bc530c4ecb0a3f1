package demofusion.coordinator.dispatch.audit;

import demofusion.protocol.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which units are drawn twice: a share of them, by a hash of the plan and of the unit's name in it.
 * So it is the same units whoever draws them, and again when a job goes on from its checkpoint.
 *
 * @param share from 0, none, to 1, all
 */
public record AuditShare(double share) {
  /** No unit is drawn twice. */
  public static final AuditShare NONE = new AuditShare(0);

  private static final double DRAWS = 0x1p53; // as many as a double tells apart

  public AuditShare {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the audited share must be from 0 to 1, not " + share);
    }
  }

  public boolean isNone() {
    return share == 0;
  }

  /**
   * @param plan a hash of all that decides the picture
   * @param unit its name in the plan
   */
  public boolean chooses(String plan, String unit) {
    if (isNone()) {
      return false;
    }
    byte[] digest = Sha256.of((plan + '\n' + unit).getBytes(StandardCharsets.UTF_8));
    return (ByteBuffer.wrap(digest).getLong() >>> 11) / DRAWS < share;
  }
}
