package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What scheduler_config.json says, as it says it: a key that is absent takes the default of the
 * solver that is chosen in the end. Values are read by the typed getters, which name the key when
 * they refuse.
 *
 * @param kind the folder's own solver, or the one that replaces it; null: none of ours
 * @param values the file's keys and values, without those that are null
 */
public record SchedulerConfig(@Nullable SchedulerKind kind, Map<String, Object> values) {
  private static final String FILE = "scheduler_config.json";
  private static final Set<String> TRUE_BY_DEFAULT =
      Set.of("clip_sample", "set_alpha_to_one", "lower_order_final", "predict_x0");

  /** No key of the file: which family the model is of, for what was optimised for one. */
  public static final String FAMILY = "_family";

  private static final Set<String> TRAINING =
      Set.of(
          FAMILY,
          "num_train_timesteps",
          "beta_start",
          "beta_end",
          "beta_schedule",
          "trained_betas",
          "prediction_type",
          "rescale_betas_zero_snr");

  public SchedulerConfig {
    values = Map.copyOf(values);
  }

  /**
   * Reads the file's content and refuses what no solver here can sample. A folder whose own solver
   * is unknown is accepted, since another may replace it; {@link #kind()} refuses then.
   */
  public static SchedulerConfig fromJson(Map<String, ? extends @Nullable Object> json) {
    Map<String, Object> values = new HashMap<>();
    json.forEach(
        (key, value) -> {
          if (value != null) {
            values.put(key, value instanceof List<?> list ? List.copyOf(list) : value);
          } else if (TRUE_BY_DEFAULT.contains(key)) {
            values.put(key, false); // Python's None is false where it is asked whether to
          }
        });
    SchedulerConfig read = new SchedulerConfig(null, values);
    read.requireSupportedTraining();
    return new SchedulerConfig(SolverClass.kindOf(read), values);
  }

  /** The folder's own solver, or the one that replaces it. */
  @Override
  public SchedulerKind kind() {
    if (kind == null) {
      throw DemofusionException.badModel(
          SolverClass.describe(this)
              + " is not supported; pass --scheduler with one of "
              + Arrays.stream(Solver.values())
                  .filter(solver -> solver.isOfEdm() == isOfEdm())
                  .map(Solver::toString)
                  .collect(Collectors.joining(", ")));
    }
    return kind;
  }

  /** {@link #kind()}, or null where that refuses: for whoever only hands the configuration on. */
  public @Nullable SchedulerKind knownKind() {
    return kind;
  }

  /** The same training, sampled by another solver: shared keys carry over. */
  public SchedulerConfig withKind(SchedulerKind other) {
    return new SchedulerConfig(other, values);
  }

  /** What the file says of the model's training, for solvers whose own keys are not to count. */
  public SchedulerConfig ofTraining() {
    Map<String, Object> training = new HashMap<>(values);
    training.keySet().retainAll(TRAINING);
    return new SchedulerConfig(kind, training);
  }

  /** The same with another value. */
  public SchedulerConfig with(String key, Object value) {
    Map<String, Object> changed = new HashMap<>(values);
    changed.put(key, value);
    return new SchedulerConfig(kind, changed);
  }

  /**
   * Refuses what concerns the model's training and so every solver: what a prediction means, and at
   * which noise, must be known. Keys that only some solvers know are theirs to honour or refuse,
   * and nothing to the others, as in diffusers.
   */
  public void requireSupportedTraining() {
    predictionType();
    choice("beta_schedule", "linear", "linear", "scaled_linear", "squaredcos_cap_v2");
    String times = text("timestep_type", "discrete");
    if (!times.equals("discrete")) {
      throw refused(
          "timestep_type",
          '"' + times + '"',
          "a model that is told noise levels rather than timesteps (EDM, as CosXL) has no place,"
              + " whatever solver draws with it");
    }
    if (flag("use_flow_sigmas", false)) {
      throw refused(
          "use_flow_sigmas",
          true,
          "a model that is trained on flows rather than on betas has no place, whatever solver"
              + " draws with it");
    }
    String variance = text("variance_type", "");
    if (variance.startsWith("learned")) {
      throw refused("variance_type", variance, "a model that predicts its variance has no place");
    }
    SolverClass.requireSameFamily(this);
  }

  /** What the model predicts: epsilon, v_prediction or sample. */
  public String predictionType() {
    return choice("prediction_type", "epsilon", "epsilon", "v_prediction", "sample");
  }

  /** Whether the model is told noise levels rather than timesteps, as Playground 2.5 is. */
  public boolean isOfEdm() {
    return SolverClass.isOfEdm(this);
  }

  /** Refuses a key that is true. */
  public void requireFalse(String key) {
    if (flag(key, false)) {
      throw refused(key, true, "it must be false or absent");
    }
  }

  /** A text, or the fallback where the key is absent. */
  public String text(String key, String fallback) {
    Object value = values.get(key);
    if (value == null || value instanceof String) {
      return value == null ? fallback : (String) value;
    }
    throw refused(key, value, "it must be a text");
  }

  /** One of the supported texts, or the fallback where the key is absent. */
  public String choice(String key, String fallback, String... supported) {
    String value = text(key, fallback);
    if (List.of(supported).contains(value)) {
      return value;
    }
    throw refused(key, '"' + value + '"', "it must be one of " + String.join(", ", supported));
  }

  /** True or false, or the fallback where the key is absent. */
  public boolean flag(String key, boolean fallback) {
    Object value = values.get(key);
    if (value == null || value instanceof Boolean) {
      return value == null ? fallback : (Boolean) value;
    }
    throw refused(key, value, "it must be true or false");
  }

  /** A whole number within the bounds, or the fallback where the key is absent. */
  public int integer(String key, int fallback, int least, int most) {
    double value = number(key, fallback);
    if (value == Math.rint(value) && value >= least && value <= most) {
      return (int) value;
    }
    throw refused(
        key, values.get(key), "it must be a whole number between " + least + " and " + most);
  }

  /** A number, or the fallback where the key is absent. */
  public double number(String key, double fallback) {
    Object value = values.get(key);
    if (value == null || value instanceof Number) {
      return value == null ? fallback : ((Number) value).doubleValue();
    }
    throw refused(key, value, "it must be a number");
  }

  /** A list of finite numbers, empty where the key is absent. */
  public double[] numbers(String key) {
    Object value = values.getOrDefault(key, List.of());
    if (value instanceof List<?> list) {
      return list.stream().mapToDouble(element -> finite(key, element)).toArray();
    }
    throw refused(key, value, "it must be a list of numbers");
  }

  private static double finite(String key, Object element) {
    if (element instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw refused(key, element, "it must be a list of numbers");
  }

  /** The failure that names the key, its value and what to do. */
  public static DemofusionException refused(String key, @Nullable Object value, String bound) {
    return DemofusionException.badModel(
        FILE + ": " + key + " " + value + " is not supported; " + bound);
  }
}
