package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.Work;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.control.ControlResiduals;
import demofusion.worker.model.control.ControlledViews;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.LibtorchContext;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A ControlNet on a device that holds the whole tiny SDXL, and beside a large unit that network
 * only without what a forward does not need:
 *
 * <pre>
 *   |context|UNet|text encoders|VAE|  the unit's activations  |      before
 *   |context|UNet|  the unit's activations  |ControlNet|             meanwhile
 * </pre>
 */
class MadeRoomIT {
  private static final AdditionFiles FILES =
      hash ->
          GoldenData.path(
              "conditioning/controlnet/tiny-sdxl/diffusion_pytorch_model.fp16.safetensors");
  private static final String HASH = "a".repeat(64);
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");
  private static final MemoryDemand DEMAND =
      MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, false);
  private static final MemoryPlan WHOLE = MemoryPlan.unbounded(DEMAND);
  private static final long SIZE = WHOLE.peakBytes(8);
  private static final long CONTROLNET =
      ControlFile.open(FILES.locate(HASH)).size().parameters() * Float.BYTES;

  /** More than a ControlNet adds to one view. */
  private static final long RESIDUALS = 1 << 20;

  private static final String CONTEXT = "the device's own software";

  private ModelMemory memory;
  private Networks networks;
  private ControlResiduals controls;
  private Object readBefore;
  private Tensor decodedBefore;

  @BeforeEach
  void load() {
    LibtorchContext.ready(CPU, Precision.FLOAT32);
    memory = ModelMemory.of(FOLDER, CPU, Precision.FLOAT32, MemoryLimit.of(SIZE));
    networks =
        Networks.load(
            FOLDER,
            CPU,
            Precision.FLOAT32,
            TextReading.PENULTIMATE,
            AdditionFiles.NONE,
            memory.placements());
    memory.place(networks);
    controls = controls(memory::room);
    memory.onlyForForwards(controls::leave);
    readBefore = read();
    decodedBefore = decoded();
    assertThat(residents()).containsExactlyInAnyOrder("text encoders", "UNet", "VAE", CONTEXT);
  }

  @AfterEach
  void close() {
    controls.close();
    networks.close();
    memory.close();
  }

  private static ControlResiduals controls(DeviceRoom room) {
    return new ControlResiduals(
        FILES, FOLDER.architecture().unet(), CPU, Precision.FLOAT32, 0, room);
  }

  private List<String> residents() {
    return List.copyOf(ledger().residents().keySet());
  }

  private DeviceLedger ledger() {
    return memory.ledger().orElseThrow();
  }

  private Object read() {
    return memory.reading(
        () -> {
          TorchThread.prepare(1);
          return networks.prompts().encode(new Work.EncodeText(Prompts.of("a lighthouse"), true));
        });
  }

  private Tensor decoded() {
    return memory.picturing(
        16,
        16,
        () -> {
          TorchThread.prepare(1);
          return networks.vae().decode(Tensor.zeros(1, 4, 16, 16));
        });
  }

  /** Of a unit of which the ledger is told that it has so many samples. */
  private List<Tensor> controlled(int samples) {
    return memory.predicting(samples, new int[] {samples, 4, 16, 16}, () -> controlled(controls));
  }

  private static List<Tensor> controlled(ControlResiduals controls) {
    UnetConfig unet = FOLDER.architecture().unet();
    ControlledViews views =
        new ControlledViews(
            Tensor.zeros(1, 4, 16, 16),
            481,
            Tensor.zeros(2, 77, unet.contextWidth()),
            Tensor.zeros(2, unet.pooledWidth()),
            Tensor.zeros(1, UnetConfig.TIME_IDS));
    AssetId square = new AssetId("square");
    ControlInput input =
        new ControlInput(
            HASH,
            false,
            null,
            0.8,
            false,
            new ControlPicture(
                square, null, List.of(new Resizing(Filter.LANCZOS, new PixelExtent(128, 128)))),
            List.of(new PixelCut(0, 0, 1, 128, 128)));
    TorchThread.prepare(1);
    return controls.with(
        views, List.of(input), JobAssets.of(picture(square)), DeviceTensors::toHeap);
  }

  private static Asset.PictureFile picture(AssetId id) {
    try {
      return new Asset.PictureFile(
          id, Files.readAllBytes(GoldenData.path("conditioning/pictures/square.png")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As many as are there beside the UNet and so much else. */
  private static int samplesBeside(long bytes) {
    return (int)
        ((SIZE - WHOLE.bytes(MemoryPlan.Activity.FORWARD, 0) - bytes) / DEMAND.sampleBytes());
  }

  @Test
  void isMadeByTextEncodersAndVae_whichComeBackWhenTheyAreCalled_withTheSameBits() {
    List<Tensor> expected;
    try (ControlResiduals roomy = controls(DeviceRoom.UNBOUNDED)) {
      expected = controlled(roomy);
    }

    assertThat(controlled(samplesBeside(RESIDUALS))).isEqualTo(expected);

    assertThat(residents()).containsExactlyInAnyOrder("UNet", "a ControlNet", CONTEXT);
    assertThat(decoded()).isEqualTo(decodedBefore);
    assertThat(residents()).contains("VAE").doesNotContain("text encoders", "a ControlNet");
    assertThat(read()).isEqualTo(readBefore);
    assertThat(residents()).containsExactlyInAnyOrder("text encoders", "UNet", "VAE", CONTEXT);
    assertThat(ledger().peakBytes()).isLessThanOrEqualTo(SIZE);
  }

  @Test
  void isNotMade_whereThereIsSome() {
    controlled(samplesBeside(CONTROLNET + RESIDUALS));

    assertThat(residents()).contains("text encoders", "VAE", "a ControlNet");
  }

  /** A later unit that is larger finds it where the ControlNet of an earlier one still lies. */
  @Test
  void isMadeForTheUnitItself() {
    controlled(1);

    controlled(samplesBeside(RESIDUALS));

    assertThat(residents()).containsExactlyInAnyOrder("UNet", "a ControlNet", CONTEXT);
  }

  @Test
  void isNotEnough_forMoreThanTheDeviceHolds_andTheNextUnitIsDone() {
    int tooMany = samplesBeside(-DEMAND.textBytes() - DEMAND.vaeBytes());

    assertThatThrownBy(() -> controlled(tooMany))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY))
        .hasMessageContaining("a ControlNet takes");

    assertThat(controlled(1)).isNotEmpty();
    assertThat(decoded()).isEqualTo(decodedBefore);
  }
}
