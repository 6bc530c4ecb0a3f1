package demofusion.coordinator.job;

import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The models that workers have, or once had: a job is accepted for any of them, and waits where
 * none is there. Model, precision and kind of device together make the bits, so they are told apart
 * by all three.
 */
final class KnownModels {
  private static final int SHORTEST_HASH = 8;
  private static final int MOST = 1000;
  private static final String AND = "@";

  private final Map<ModelId, ModelCard> known = new LinkedHashMap<>();
  private final Set<ModelId> present = new HashSet<>();
  private Map<String, ModelSettings> ofOperators = Map.of();
  private boolean isExpected;
  private boolean isLoading;

  /** A worker loads one, and says which when it has. */
  void expect() {
    isExpected = present.isEmpty();
  }

  /** What an earlier coordinator knew. */
  void remember(List<ModelCard> cards) {
    cards.forEach(card -> known.put(ModelId.of(card), card));
  }

  /**
   * @return whether there is something that was not known before
   */
  boolean nowPresent(DispatcherCommand.Models models) {
    List<ModelCard> cards = models.present();
    isLoading = models.isLoading(); // who loads one says which when it has
    present.clear();
    cards.forEach(card -> present.add(ModelId.of(card)));
    isExpected &= present.isEmpty();
    boolean isNews = cards.stream().anyMatch(card -> !card.equals(known.get(ModelId.of(card))));
    remember(cards);
    known.keySet().stream()
        .filter(name -> !present.contains(name))
        .limit(Math.max(0, known.size() - MOST))
        .toList()
        .forEach(known::remove);
    return isNews;
  }

  List<ModelCard> all() {
    return List.copyOf(known.values());
  }

  /** Whether a worker is there that makes the bits that the job was accepted for. */
  boolean isPresent(ModelId wanted) {
    return present.stream().anyMatch(model -> model.kind().equals(wanted.kind()));
  }

  /**
   * Whether the model that somebody means can only be known when a worker has loaded it. One that
   * is known from before can be waited for by the job.
   */
  boolean isAwaited(@Nullable String wanted) {
    if (wanted == null) {
      return (isExpected || isLoading) && present.isEmpty();
    }
    return (isExpected || isLoading)
        && known.keySet().stream().noneMatch(name -> isMeant(name, wanted));
  }

  /**
   * The model that somebody means.
   *
   * @param wanted a name or the beginning of a hash, and after an @ each, where there are several
   *     of that name, a precision and a kind of device; null: the only one
   * @throws DemofusionException BAD_REQUEST, with a list of what there is; UNAVAILABLE while there
   *     is nothing
   */
  ModelCard resolve(@Nullable String wanted) {
    if (known.isEmpty()) {
      throw new DemofusionException(
          FailureCode.UNAVAILABLE,
          "no worker has joined yet, so no model is known; start a worker first");
    }
    List<ModelId> meant =
        known.keySet().stream().filter(name -> wanted == null || isMeant(name, wanted)).toList();
    if (meant.isEmpty()) {
      throw DemofusionException.badRequest(
          "no worker has or had the model \"" + wanted + "\"; known: " + list(known.keySet()));
    }
    List<ModelId> there = meant.stream().filter(present::contains).toList();
    List<ModelId> choice = there.isEmpty() ? meant : there;
    if (choice.size() > 1) {
      throw DemofusionException.badRequest(
          (wanted == null
                  ? "several models are available"
                  : "\"" + wanted + "\" matches several models")
              + "; choose one of "
              + list(choice));
    }
    ModelCard card = Objects.requireNonNull(known.get(choice.get(0)));
    return card.withSettings(inForce(card.hash()));
  }

  /**
   * What operators recommend, over what models do themselves.
   *
   * @param byHash of the models
   */
  void recommend(Map<String, ModelSettings> byHash) {
    ofOperators = Map.copyOf(byHash);
  }

  Map<String, ModelSettings> ofOperators() {
    return ofOperators;
  }

  private ModelSettings inForce(String hash) {
    return ofModel(hash).overriddenBy(ofOperator(hash));
  }

  private ModelSettings ofOperator(String hash) {
    return ofOperators.getOrDefault(hash, ModelSettings.NONE);
  }

  /** By the workers that are there, else by those that were. */
  private ModelSettings ofModel(String hash) {
    return known.entrySet().stream()
        .filter(entry -> entry.getKey().hash().equals(hash))
        .min(Comparator.comparing(entry -> !present.contains(entry.getKey())))
        .map(entry -> entry.getValue().settings())
        .orElse(ModelSettings.NONE);
  }

  /** What is recommended for each model; those of one hash are one. */
  List<ModelSettingsView> settings() {
    return known.keySet().stream().map(ModelId::hash).distinct().map(this::settings).toList();
  }

  ModelSettingsView settings(String hash) {
    List<String> names =
        known.keySet().stream()
            .filter(id -> id.hash().equals(hash))
            .map(ModelId::name)
            .distinct()
            .toList();
    return new ModelSettingsView(
        names.isEmpty() ? hash : names.get(0),
        hash,
        inForce(hash).values(),
        ofModel(hash).values(),
        ofOperator(hash).values());
  }

  /**
   * The hash of the model that somebody means, on whichever device.
   *
   * @throws DemofusionException NOT_FOUND or BAD_REQUEST, with a list of what there is
   */
  String hashOf(String wanted) {
    List<ModelId> meant = known.keySet().stream().filter(id -> isMeant(id, wanted)).toList();
    if (meant.isEmpty()) {
      throw new DemofusionException(
          FailureCode.NOT_FOUND,
          "no worker has or had the model \"" + wanted + "\"; known: " + list(known.keySet()));
    }
    if (meant.stream().map(ModelId::hash).distinct().count() > 1) {
      throw DemofusionException.badRequest(
          "\"" + wanted + "\" matches several models; choose one of " + list(meant));
    }
    return meant.get(0).hash();
  }

  private static boolean isMeant(ModelId name, String wanted) {
    List<String> parts = new ArrayList<>(List.of(wanted.split(AND, -1)));
    String model = parts.remove(0);
    String hash = model.toLowerCase(Locale.ROOT);
    boolean isHash = hash.length() >= SHORTEST_HASH && name.hash().startsWith(hash);
    return (name.name().equals(model) || isHash)
        && parts.stream()
            .allMatch(
                part -> part.equals(name.precision().toString()) || part.equals(name.device()));
  }

  private static String list(Collection<ModelId> names) {
    return names.stream()
        .map(
            name ->
                String.join(AND, name.name(), name.precision().toString(), name.device())
                    + " (hash "
                    + shortHash(name)
                    + ")")
        .collect(Collectors.joining(", "));
  }

  static String shortHash(ModelId name) {
    return name.hash().substring(0, Math.min(SHORTEST_HASH, name.hash().length()));
  }
}
