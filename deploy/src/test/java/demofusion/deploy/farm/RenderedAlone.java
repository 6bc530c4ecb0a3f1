package demofusion.deploy.farm;

import demofusion.coordinator.render.RenderEvent;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A farm's request as {@code demofusion render} does it: on the node of one machine. */
final class RenderedAlone {
  private static final ModelGeometry GEOMETRY = new ModelGeometry(8, 4, 8);

  /** The synthetic model of {@link #GEOMETRY}, as {@code worker --synthetic} is told it. */
  static final String SYNTHETIC = "window=8,channels=4,factor=8";

  private RenderedAlone() {}

  /**
   * @param job folder of the farm's job, of which the request is taken and nothing else
   * @param folder that is not there yet
   * @return SHA-256 of the picture and of each phase's latents
   */
  static Map<String, String> bits(Path job, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.copy(job.resolve("request.json"), folder.resolve("request.json"));
    try (SingleNode node = SingleNode.start(new SyntheticModel(SyntheticSettings.of(GEOMETRY)))) {
      RenderEvent last = node.resume(new JobId("alone"), folder, event -> {}).join();
      if (!(last instanceof RenderEvent.Finished)) {
        throw new AssertionError(last);
      }
    }
    return FarmApi.bits(folder);
  }
}
