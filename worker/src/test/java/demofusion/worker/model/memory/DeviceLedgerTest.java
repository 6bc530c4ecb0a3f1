package demofusion.worker.model.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import org.junit.jupiter.api.Test;

class DeviceLedgerTest {
  private final DeviceLedger ledger = new DeviceLedger(100L << 20);

  @Test
  void refusesWhatDoesNotFit_andKeepsNothingOfIt() {
    DeviceLedger.Hold unet = ledger.hold("UNet", 70L << 20);

    assertThatThrownBy(() -> ledger.hold("VAE", 40L << 20))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
              assertThat(e.userMessage())
                  .isEqualTo(
                      "the device ran out of memory: VAE takes 40 MiB beside 70 MiB of 100 MiB"
                          + " that are in use");
            });

    assertThat(ledger.residents()).containsOnlyKeys("UNet");
    unet.close();
    unet.close();
    assertThat(ledger.usedBytes()).isZero();
    assertThat(ledger.peakBytes()).isEqualTo(70L << 20);
    ledger.hold("VAE", 40L << 20);
    assertThat(ledger.residents()).containsEntry("VAE", 40L << 20);
  }
}
