package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.FarmGateway;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.WorkerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The models of the workers that are there now, under the names that other programs give them. */
public final class AdvertisedModels {
  private static final int HASH_DIGITS = 10;
  private static final Pattern HASH_BEHIND = Pattern.compile("\\s*\\[([0-9a-f]{8,64})]$");
  private static final Pattern SUFFIX = Pattern.compile("\\.(safetensors|ckpt)$");

  private final FarmGateway farm;

  public AdvertisedModels(FarmGateway farm) {
    this.farm = farm;
  }

  /**
   * One of them.
   *
   * @param id by which a request can name it: the model's name, with precision and kind of device
   *     where that alone would not do
   * @param nativeSide of its images, in pixels
   * @param since the first of its workers came
   * @param settings what is recommended for it, by the names of our own request's fields
   */
  public record Served(
      String id,
      String name,
      String hash,
      int nativeSide,
      Instant since,
      Map<String, Object> settings) {
    String shortHash() {
      return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
    }

    /** As WebUI lists it. */
    String title() {
      return id + " [" + shortHash() + "]";
    }

    /** For lists that do not speak of what is not there. */
    public @Nullable Map<String, Object> settingsIfAny() {
      return settings.isEmpty() ? null : settings;
    }

    /** Whether somebody means this one. */
    boolean isMeant(String wanted) {
      String plain = plain(wanted);
      return plain.equals(id)
          || plain.equals(name)
          || (wanted.length() >= 8 && hash.startsWith(wanted));
    }
  }

  /** In the order in which their first workers came. */
  public CompletionStage<List<Served>> list() {
    return farm.workers()
        .thenCombine(
            farm.modelSettings(), (listing, models) -> of(listing.workers(), models.models()));
  }

  private record Key(String name, String hash, String precision, String device, int nativeSide) {
    static Key of(WorkerView worker) {
      String kind = worker.device().split("[ :]", 2)[0];
      return new Key(
          worker.model(), worker.modelHash(), worker.precision(), kind, worker.nativeSide());
    }
  }

  static List<Served> of(List<WorkerView> workers, List<ModelSettingsView> recommended) {
    Map<String, Map<String, Object>> settings = new HashMap<>();
    recommended.forEach(model -> settings.put(model.hash(), model.settings()));
    Map<Key, Instant> models = new LinkedHashMap<>();
    for (WorkerView worker : workers) {
      models.merge(Key.of(worker), worker.since(), (a, b) -> a.isBefore(b) ? a : b);
    }
    List<Served> served = new ArrayList<>();
    models.forEach(
        (key, since) -> {
          long ofThatName =
              models.keySet().stream().filter(other -> other.name().equals(key.name())).count();
          String id =
              ofThatName == 1
                  ? key.name()
                  : String.join("@", key.name(), key.precision(), key.device());
          served.add(
              new Served(
                  id,
                  key.name(),
                  key.hash(),
                  key.nativeSide(),
                  since,
                  settings.getOrDefault(key.hash(), Map.of())));
        });
    return served;
  }

  public static Optional<Served> meant(List<Served> models, String wanted) {
    return models.stream().filter(model -> model.isMeant(wanted)).findFirst();
  }

  /**
   * What is recommended for the model that a request is drawn with.
   *
   * @param wanted empty: the only one
   */
  static Map<String, Object> settingsOf(List<Served> models, Optional<String> wanted) {
    return drawing(models, wanted).map(Served::settings).orElse(Map.of());
  }

  /**
   * The side in pixels of that model's own images; empty: it is not known which one draws.
   *
   * @param wanted empty: the only one
   */
  static OptionalInt nativeSideOf(List<Served> models, Optional<String> wanted) {
    return drawing(models, wanted).stream().mapToInt(Served::nativeSide).findFirst();
  }

  private static Optional<Served> drawing(List<Served> models, Optional<String> wanted) {
    return wanted.isPresent()
        ? meant(models, wanted.get())
        : models.size() == 1 ? Optional.of(models.get(0)) : Optional.empty();
  }

  /**
   * As the farm knows what is meant. Where no worker has it, one may have had it before: the farm
   * then knows it without what other programs write behind its name.
   */
  public static String idOf(List<Served> models, String wanted) {
    return meant(models, wanted).map(Served::id).orElseGet(() -> plain(wanted));
  }

  /** A name without the file's ending and the hash in brackets. */
  private static String plain(String title) {
    String withoutHash = HASH_BEHIND.matcher(title).replaceFirst("");
    return SUFFIX.matcher(withoutHash).replaceFirst("");
  }
}
