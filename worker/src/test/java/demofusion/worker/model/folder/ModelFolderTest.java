package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.UnetShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  @TempDir Path temp;

  @Test
  void readsShardsAndVariantsOfTheTinyModel() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

    assertThat(folder.geometry())
        .isEqualTo(
            new ModelGeometry(
                16,
                4,
                8,
                new ModelInputs(2, 3, true)
                    .with(new UnetShape(40, List.of(16, 16, 16, 16, 32, 32, 32, 48, 48, 48)))));
    assertThat(folder.unet().variant()).isEmpty();
    assertThat(folder.vae().variant()).isEqualTo("fp16");
    assertThat(folder.unet().weights().type("conv_in.weight")).isEqualTo("F32");
    assertThat(folder.unet().parameters()).isEqualTo(1_692_932);
    assertThat(folder.towers().get(1).config().projectionWidth()).isEqualTo(20);
    assertThat(folder.forceZerosForEmptyPrompt()).isTrue();
  }

  @Test
  void keepsASchedulersNull_whichIsFalseWhereAbsentIsTrue() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    folder.set("scheduler/scheduler_config.json", "clip_sample", "null");
    folder.set("scheduler/scheduler_config.json", "trained_betas", "null");

    SchedulerConfig scheduler = folder.open().scheduler();

    assertThat(scheduler.flag("clip_sample", true)).isFalse();
    assertThat(scheduler.numbers("trained_betas")).isEmpty();
  }

  @Test
  void hasTheSameHashElsewhere_andAnotherAfterOneBitChanged() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    String before = folder.open().hash();
    byte[] weights = folder.read(CraftedFolder.VAE_WEIGHTS);
    weights[weights.length - 1] ^= 1;

    folder.write(CraftedFolder.VAE_WEIGHTS, weights);

    assertThat(before)
        .hasSize(64)
        .isEqualTo(ModelFolder.open(ModelSource.of(GoldenData.tinySdxl())).hash());
    assertThat(folder.open().hash()).isNotEqualTo(before);
  }

  @Test
  void takesAnotherVae_fromItsFolderOrFromAModel() {
    CraftedFolder other = CraftedFolder.copyOfTiny(temp);
    other.set("vae/config.json", "scaling_factor", "0.5");

    for (Path vae : new Path[] {other.path(), other.path().resolve("vae")}) {
      ModelFolder folder =
          ModelFolder.open(new ModelSource(GoldenData.tinySdxl().toString(), null, vae.toString()));

      assertThat(folder.vae().config().scalingFactor()).isEqualTo(0.5);
    }
  }

  @Test
  void readsTheVaesOldAttentionNames() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    folder.editHeader(
        CraftedFolder.VAE_WEIGHTS,
        header ->
            header
                .replace("attentions.0.to_q", "attentions.0.query")
                .replace("attentions.0.to_k", "attentions.0.key")
                .replace("attentions.0.to_v", "attentions.0.value")
                .replace("attentions.0.to_out.0", "attentions.0.proj_attn"));

    assertThat(folder.open().vae().weights().shape("decoder.mid_block.attentions.0.to_q.weight"))
        .containsExactly(24, 24);
  }

  @Test
  void prefersThePlainWeights_andTakesAVariantWhenAsked() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    byte[] weights = folder.read(CraftedFolder.VAE_WEIGHTS);
    folder.write("vae/diffusion_pytorch_model.safetensors", weights);

    assertThat(folder.open().vae().variant()).isEmpty();
    ModelFolder asked = ModelFolder.open(new ModelSource(folder.path().toString(), "fp16", null));
    assertThat(asked.vae().variant()).isEqualTo("fp16");
    assertThat(asked.unet().variant()).isEmpty();
  }

  @Test
  void findsTheEndOfTheText_asOldAndNewConfigurationsSayIt() {
    ModelFolder old = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    folder.set("text_encoder_2/config.json", "eos_token_id", "7");
    int[] ids = {1, 5, 7, 9, 7, 9};

    assertThat(old.towers().get(1).config().endOfText(ids)).isEqualTo(3);
    assertThat(folder.open().towers().get(1).config().endOfText(ids)).isEqualTo(2);
  }

  @Test
  void callsAModelOfTheHubsCacheByItsName_andFindsItsLatestSnapshot() throws IOException {
    Path repository = temp.resolve("models--some-org--tiny-sdxl");
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    Path snapshot = repository.resolve("snapshots/462165984030d82259a11f4367a4eed129e94a7b");
    CraftedFolder.copyOfTiny(snapshot);
    for (String file : List.of("model_index.json", CraftedFolder.VAE_WEIGHTS)) {
      Path blob = blobs.resolve(file.replace('/', '-'));
      Files.move(snapshot.resolve(file), blob);
      Files.createSymbolicLink(snapshot.resolve(file), blob);
    }
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), snapshot.getFileName() + "\n");
    Files.createDirectories(repository.resolve("snapshots/0123456789"));

    ModelFolder ofSnapshot = ModelFolder.open(ModelSource.of(snapshot));
    ModelFolder ofRepository =
        ModelFolder.open(new ModelSource(repository.toString(), null, repository.toString()));

    assertThat(ofSnapshot.name()).isEqualTo("tiny-sdxl");
    assertThat(ofRepository.name()).isEqualTo("tiny-sdxl");
    assertThat(ofSnapshot.hash())
        .isEqualTo(ofRepository.hash())
        .isEqualTo(ModelFolder.open(ModelSource.of(GoldenData.tinySdxl())).hash());
  }
}
