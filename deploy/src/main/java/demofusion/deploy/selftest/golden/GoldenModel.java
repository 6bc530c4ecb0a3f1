package demofusion.deploy.selftest.golden;

import demofusion.deploy.launch.Installation;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small model that ships, and what the reference computes with it.
 *
 * @param name for people
 * @param folder in diffusers format
 * @param answers of the reference, by the names that {@link GoldenAnswers} gives them
 * @param runs whole pictures that the reference drew with it, all of them among the answers
 */
public record GoldenModel(String name, Path folder, SafetensorsFile answers, List<GoldenRun> runs) {
  private static final String MINIATURE = "miniature";
  private static final String TINY_SD = "tiny-sd15";

  public GoldenModel {
    runs = List.copyOf(runs);
    for (GoldenRun run : runs) {
      if (!answers.names().contains(run.key())) {
        throw DemofusionException.badModel(
            "the reference's answers for "
                + name
                + " have no "
                + run.key()
                + ", which selftest compares with: unpack the distribution again");
      }
    }
  }

  /** Those of the installation, one of each family. */
  public static List<GoldenModel> shipped() {
    Path home =
        Installation.home()
            .filter(folder -> Files.isDirectory(folder.resolve("selftest")))
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "selftest needs the folder selftest of an unpacked distribution, which is"
                            + " not there: unpack it again"));
    Path golden = home.resolve("selftest");
    return List.of(
        of(MINIATURE, home.resolve("models").resolve(MINIATURE), golden),
        of(TINY_SD, golden.resolve(TINY_SD), golden));
  }

  /**
   * @param golden the folder of the reference's answers
   */
  public static GoldenModel of(String name, Path folder, Path golden) {
    SafetensorsFile answers = SafetensorsFile.open(golden.resolve(name + ".safetensors"));
    // The authors' DemoFusion drew with the tiny one only.
    List<GoldenRun> runs =
        name.equals(MINIATURE) ? List.of(GoldenRun.DIRECT) : List.of(GoldenRun.values());
    return new GoldenModel(name, folder, answers, runs);
  }

  public ModelSource source() {
    return ModelSource.of(folder);
  }
}
