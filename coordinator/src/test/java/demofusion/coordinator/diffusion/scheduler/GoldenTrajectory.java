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
record GoldenTrajectory(String name, JsonNode entry, SafetensorsFile tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<GoldenTrajectory> all() {
    List<GoldenTrajectory> all = new ArrayList<>(all("schedulers"));
    all.addAll(all("solvers/schedulers"));
    return all;
  }

  private static List<GoldenTrajectory> all(String file) {
    SafetensorsFile tensors = SafetensorsFile.open(GoldenData.path(file + ".safetensors"));
    List<GoldenTrajectory> all = new ArrayList<>();
    try {
      JSON.readTree(GoldenData.path(file + ".json").toFile())
          .properties()
          .forEach(
              entry -> all.add(new GoldenTrajectory(entry.getKey(), entry.getValue(), tensors)));
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

  boolean has(String key) {
    return tensors.names().contains(name + "." + key);
  }

  float[] tensor(String key) {
    return tensors.tensor(name + "." + key).values();
  }

  /** That step's part of a tensor that has one for each. */
  float[] tensor(String key, int step) {
    float[] whole = tensor(key);
    int length = whole.length / steps();
    return Arrays.copyOfRange(whole, step * length, (step + 1) * length);
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
    return (step, out) -> System.arraycopy(drawn[step], 0, out, 0, out.length);
  }

  @Override
  public String toString() {
    return name;
  }
}
