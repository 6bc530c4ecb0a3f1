package demofusion.deploy.command.option.device;

import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether this machine's workers are believed. */
public final class AuditOptions implements OptionGroup {
  @Option(
      names = "--audit",
      paramLabel = "SHARE",
      description =
          "Draw this share of the work twice, for example 0.02, by two workers where there are two,"
              + " and compare bit for bit; a worker that is wrong gets nothing more (default: 0).")
  public @Nullable String audit;

  /**
   * @throws DemofusionException BAD_REQUEST if it is no share
   */
  public AuditShare share() {
    return audit == null ? AuditShare.NONE : parse("--audit", audit);
  }

  /**
   * @param name under which it was given
   * @throws DemofusionException BAD_REQUEST if it is no share
   */
  public static AuditShare parse(String name, String text) {
    try {
      return new AuditShare(Double.parseDouble(text.strip()));
    } catch (IllegalArgumentException e) { // NumberFormatException too
      throw DemofusionException.badRequest(
          "%s \"%s\" must be a number from 0 (no work is drawn twice) to 1 (all of it)"
              .formatted(name, text));
    }
  }

  @Override
  public String heading() {
    return "Proof";
  }
}
