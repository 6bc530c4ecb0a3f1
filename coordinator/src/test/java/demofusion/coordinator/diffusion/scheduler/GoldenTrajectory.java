package demofusion.coordinator.diffusion.scheduler;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One case of a schedulers.json: a diffusers scheduler, set up and run on given predictions. */
record GoldenTrajectory(String file, String name, JsonNode entry, SafetensorsFile tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<GoldenTrajectory> all() {
    List<GoldenTrajectory> all = new ArrayList<>(all("schedulers"));
    all.addAll(all("models/schedulers"));
    return all;
  }

  private static List<GoldenTrajectory> all(String file) {
    SafetensorsFile tensors = SafetensorsFile.open(GoldenData.path(file + ".safetensors"));
    List<GoldenTrajectory> all = new ArrayList<>();
    try {
      JSON.readTree(GoldenData.path(file + ".json").toFile())
          .properties()
          .forEach(
              entry ->
                  all.add(new GoldenTrajectory(file, entry.getKey(), entry.getValue(), tensors)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  SchedulerConfig config() {
    Map<String, Object> values = JSON.convertValue(entry.get("config"), new TypeReference<>() {});
    values.put("_class_name", entry.get("scheduler").asText());
    return SchedulerConfig.fromJson(values);
  }

  int steps() {
    return entry.get("steps").asInt();
  }

  /** Evaluations of the model; more than steps where a solver asks twice in one. */
  int evaluations() {
    return entry.get("timesteps").size();
  }

  Scheduler scheduler() {
    return Schedulers.create(config(), config().kind(), steps());
  }

  float[] numbers(String key) {
    float[] numbers = new float[entry.get(key).size()];
    for (int n = 0; n < numbers.length; n++) {
      numbers[n] = (float) entry.get(key).get(n).asDouble();
    }
    return numbers;
  }

  float initNoiseSigma() {
    return (float) entry.get("init_noise_sigma").asDouble();
  }

  /**
   * Of the largest value. Where σ is 4096 float32 leaves diffusers itself no more than the wider;
   * the older ones' is what it always was.
   */
  double tolerance() {
    return file.startsWith("models") && !name.contains("zsnr") ? 2e-5 : 1e-4;
  }

  /**
   * Whole timesteps exactly, fractions to two units in float32's last place, which numpy's
   * logarithm leaves to the processor that it runs on; times that are themselves logarithms of
   * float32's (σ in the middle of a step, EDM) to what those are worth.
   */
  float timeTolerance(float expected) {
    boolean isInTheMiddle = entry.get("scheduler").asText().matches("KDPM2.*|EDM.*");
    if (isInTheMiddle) {
      return 2e-3f;
    }
    return expected == Math.rint(expected) ? 0 : 2e-7f * Math.abs(expected);
  }

  boolean has(String key) {
    return tensors.names().contains(name + "." + key);
  }

  float[] tensor(String key) {
    return tensors.tensor(name + "." + key).values();
  }

  /** That evaluation's part of a tensor that has one for each. */
  float[] tensor(String key, int evaluation) {
    float[] whole = tensor(key);
    int length = tensor("start").length;
    return Arrays.copyOfRange(whole, evaluation * length, (evaluation + 1) * length);
  }

  /**
   * What the stochastic ones drew: one randn a step, from one torch stream, whether used or not.
   */
  StepNoise noise() {
    TorchGenerator generator = new TorchGenerator(5);
    float[][] drawn = new float[steps()][tensor("start").length];
    for (float[] step : drawn) {
      generator.randn(step);
    }
    return (step, draw, out) -> System.arraycopy(drawn[step], 0, out, 0, out.length);
  }

  @Override
  public String toString() {
    return name;
  }
}
