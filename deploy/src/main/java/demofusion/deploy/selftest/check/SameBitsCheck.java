package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.latent.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The same question is answered with the same bits every time, and with numbers. Light: it needs
 * nothing but the model that is loaded, and finds memory that flips bits now and then by asking
 * often.
 */
public final class SameBitsCheck implements SelftestCheck {
  private final int times;

  /**
   * @param times that each question is asked, at least 2
   */
  public SameBitsCheck(int times) {
    if (times < 2) {
      throw new IllegalArgumentException("times " + times + " must be at least 2");
    }
    this.times = times;
  }

  @Override
  public String name() {
    return "same bits";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    List<Finding> findings = new ArrayList<>();
    probe
        .questions()
        .forEach(
            (question, ask) -> {
              Tensor first = ask.get();
              Finding finding =
                  first.isFinite()
                      ? null
                      : Finding.fail(name(), question, "the answer has NaN or infinity");
              for (int time = 2; time <= times && finding == null; time++) {
                Tensor again = ask.get();
                if (!again.equals(first)) {
                  finding = differs(question, time, first, again);
                }
              }
              findings.add(
                  finding != null
                      ? finding
                      : Finding.pass(name(), question, times + " times the same bits"));
            });
    return findings;
  }

  private Finding differs(String question, int time, Tensor first, Tensor again) {
    int count = 0;
    for (int n = 0; n < first.values().length; n++) {
      if (Float.floatToRawIntBits(first.values()[n])
          != Float.floatToRawIntBits(again.values()[n])) {
        count++;
      }
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "answer %d differs from the first in %d of %d values, by %.2g at most: the device is"
                + " not to be trusted (memory, overclocking or driver)",
            time,
            count,
            first.values().length,
            Deviation.absolute(again, first));
    return Finding.fail(name(), question, sentence);
  }
}
