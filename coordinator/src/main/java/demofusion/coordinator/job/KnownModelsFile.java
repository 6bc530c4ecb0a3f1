package demofusion.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that workers ever had, as {@code models.json}: jobs can be accepted and planned while
 * none is there.
 */
final class KnownModelsFile {
  private static final Logger LOG = LoggerFactory.getLogger(KnownModelsFile.class);

  /** JSON has no such numbers, so they are written as texts; diffusers' files do have them. */
  private static final Map<Object, Object> NOT_FINITE =
      Map.of(
          "Infinity", Double.POSITIVE_INFINITY,
          "-Infinity", Double.NEGATIVE_INFINITY,
          "NaN", Double.NaN);

  /**
   * A card, with the scheduler's file as it is.
   *
   * @param solver the model's own, as a constant's name; null if it is none of ours
   * @param settings null: it recommends nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Remembered(
      String name,
      String hash,
      ModelGeometry geometry,
      @Nullable String solver,
      Map<String, Object> scheduler,
      Precision precision,
      String device,
      @Nullable Map<String, Object> settings,
      @Nullable String fileHash) {
    static Remembered of(ModelCard card) {
      return new Remembered(
          card.name(),
          card.hash(),
          card.geometry(),
          constantOf(card.scheduler().knownKind()),
          card.scheduler().values(),
          card.precision(),
          card.device(),
          card.settings().isEmpty() ? null : card.settings().values(),
          card.fileHash());
    }

    /** JSON may leave out anything. */
    boolean isComplete() {
      return Stream.of(name, hash, geometry, scheduler, precision, device)
              .noneMatch(Objects::isNull)
          && !scheduler.containsValue(null)
          && (settings == null || !settings.containsValue(null));
    }

    ModelCard card() {
      Map<String, Object> values = new HashMap<>(scheduler);
      values.replaceAll((key, value) -> NOT_FINITE.getOrDefault(value, value));
      SchedulerConfig config = new SchedulerConfig(kindOf(solver), values);
      ModelSettings own = settings == null ? ModelSettings.NONE : new ModelSettings(settings);
      return new ModelCard(
          name, hash, geometry, config, precision, device, own, fileHash,
          ""); // a worker's, not a model's
    }

    private static @Nullable String constantOf(@Nullable SchedulerKind kind) {
      return kind == null ? null : kind.toString().toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static @Nullable SchedulerKind kindOf(@Nullable String constant) {
      return constant == null
          ? null
          : SchedulerKind.parse(constant.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  private record All(@Nullable List<@Nullable Remembered> models) {}

  private KnownModelsFile() {}

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
      List<@Nullable Remembered> models =
          JobJson.read(Files.readAllBytes(file), All.class, file.toString()).models();
      if (models == null) {
        return List.of();
      }
      List<ModelCard> cards = new ArrayList<>();
      for (Remembered model : models) {
        if (model == null || !model.isComplete()) {
          throw new DemofusionException(FailureCode.STORAGE, file + " lacks a part of a model");
        }
        cards.add(model.card());
      }
      return cards;
    } catch (IOException | DemofusionException e) {
      LOG.warn("event=models-forgotten file={}", file, e);
      return List.of();
    }
  }
}
