package demofusion.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.SafeFile;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that workers ever had, as {@code models.json}: jobs can be accepted and planned while
 * none is there.
 */
final class ModelMemory {
  private static final Logger LOG = LoggerFactory.getLogger(ModelMemory.class);

  /**
   * A card, with the scheduler's file as it is.
   *
   * @param solver the model's own; null if it is none of ours
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Remembered(
      String name,
      String hash,
      ModelGeometry geometry,
      @Nullable SchedulerKind solver,
      Map<String, Object> scheduler,
      Precision precision,
      String device) {
    static Remembered of(ModelCard card) {
      return new Remembered(
          card.name(),
          card.hash(),
          card.geometry(),
          solverOf(card),
          card.scheduler().values(),
          card.precision(),
          card.device());
    }

    ModelCard card() {
      SchedulerConfig config = new SchedulerConfig(solver, scheduler);
      return new ModelCard(name, hash, geometry, config, precision, device);
    }
  }

  private static @Nullable SchedulerKind solverOf(ModelCard card) {
    try {
      return card.scheduler().kind();
    } catch (DemofusionException e) {
      return null; // a request must name another
    }
  }

  private record All(@Nullable List<Remembered> models) {}

  private ModelMemory() {}

  static void write(DataFolder data, List<ModelCard> cards) {
    SafeFile.write(
        data.models(), JobJson.write(new All(cards.stream().map(Remembered::of).toList())));
  }

  /** What is known; nothing if that cannot be read, since workers will say it again. */
  static List<ModelCard> read(DataFolder data) {
    Path file = data.models();
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      All all = JobJson.read(Files.readAllBytes(file), All.class, file.toString());
      return all.models() == null
          ? List.of()
          : all.models().stream().map(Remembered::card).toList();
    } catch (IOException | DemofusionException | NullPointerException e) {
      LOG.warn("event=models-forgotten file={}", file, e);
      return List.of();
    }
  }
}
