package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tiny SDXL with a UNet that is told the guidance scale, as LCM-SDXL's: pictures with regions
 * and a ControlNet, by whole views and by what halves would be of others.
 */
class ToldGuidanceIT {
  private static final int WIDTH = 32;

  @TempDir Path temp;
  private DiffusionModel model;
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void load() throws IOException {
    model = GoldenSteering.load(told());
  }

  @AfterEach
  void close() {
    model.close();
  }

  /** The tiny SDXL with one more matrix. */
  private Path told() throws IOException {
    Path folder = temp.resolve("tiny-lcm");
    try (Stream<Path> files = Files.walk(GoldenData.tinySdxl())) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(GoldenData.tinySdxl().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    JsonMapper json = new JsonMapper();
    Path unet = folder.resolve("unet");
    ObjectNode config = (ObjectNode) json.readTree(unet.resolve("config.json").toFile());
    int outer = config.get("block_out_channels").get(0).asInt();
    config.put("time_cond_proj_dim", WIDTH);
    json.writeValue(unet.resolve("config.json").toFile(), config);
    Path index = unet.resolve("diffusion_pytorch_model.safetensors.index.json");
    ObjectNode shards = (ObjectNode) json.readTree(index.toFile());
    ((ObjectNode) shards.get("weight_map"))
        .put("time_embedding.cond_proj.weight", "told.safetensors");
    json.writeValue(index.toFile(), shards);
    Tensor matrix = Tensor.zeros(outer, WIDTH);
    Random random = new Random(5);
    for (int n = 0; n < matrix.values().length; n++) {
      matrix.values()[n] = (float) random.nextGaussian();
    }
    Map<String, Tensor> tensors = Map.of("time_embedding.cond_proj.weight", matrix);
    SafeFile.write(
        unet.resolve("told.safetensors"),
        channel -> SafetensorsWriter.toChannel(channel, tensors, Map.of()));
    return folder;
  }

  private static RenderSpec spec(String unit, float guidance) throws IOException {
    RenderSpec golden = GoldenSteering.spec(GoldenSteering.named("df-controlnet-phase-2x"));
    List<Region> regions =
        Stream.of("0,0,0.7,1", "0.3,0,1,1", "0,0.2,1,0.9")
            .map(
                area ->
                    new Region(RegionRectangle.parse(area), null, "a " + area, null, null, null))
            .toList();
    return golden.toBuilder()
        .steps(1)
        .guidance(new Guidance(guidance, 0))
        .unit(ViewBatchSize.parse(unit))
        .regions(new RegionSettings(regions, 0))
        .conditions(new ConditionSettings(golden.conditions().controls(), List.of(), null))
        .build();
  }

  private float[] draw(String unit, float guidance) throws IOException {
    RenderPlan plan = GoldenSteering.plan(spec(unit, guidance), model);
    DiffusionModel counting =
        new ForwardingModel(model) {
          @Override
          public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
            asked.addAndGet(work.views());
            return super.predictNoise(work, assets);
          }
        };
    return GoldenSteering.draw(plan, counting).get(1).latent().samples();
  }

  @Test
  void halvesAreWholes_andTheGuidanceCountsOnce() throws IOException {
    assertThat(model.card().geometry().inputs().guidance()).isTrue();
    float[] wholes = draw("1", 5);
    int views = asked.getAndSet(0);

    assertThat(draw("half", 5)).isEqualTo(wholes);

    assertThat(asked.getAndSet(0)).isEqualTo(views);
    assertThat(draw("1", 4)).isNotEqualTo(wholes);
  }
}
