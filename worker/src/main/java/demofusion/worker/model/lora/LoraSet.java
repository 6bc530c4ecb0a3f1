package demofusion.worker.model.lora;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.FloatConversion;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The LoRAs of a picture in their order, put into the weights of one network. Always from the
 * model's own weights, file after file in float32; only tensors that a file touches are made anew.
 */
public final class LoraSet {
  private static final Logger LOG = LoggerFactory.getLogger(LoraSet.class);

  private final Weights weights;
  private final Map<String, List<Touch>> touches = new LinkedHashMap<>();

  private record Touch(LoraFile file, LoraTarget target, double weight) {}

  private LoraSet(Weights weights) {
    this.weights = weights;
  }

  /** Of the UNet. */
  public static LoraSet ofUnet(ModelFolder model, List<LoraUse> uses, AdditionFiles files) {
    return of(model, LoraTarget.UNET, uses, files);
  }

  /**
   * Of a text tower.
   *
   * @param tower from 0, in the order of the family's texts
   */
  public static LoraSet ofTower(
      ModelFolder model, int tower, List<LoraUse> uses, AdditionFiles files) {
    return of(model, tower + 1, uses, files);
  }

  private static LoraSet of(
      ModelFolder model, int network, List<LoraUse> uses, AdditionFiles files) {
    LoraSet set = new LoraSet(new LoraTarget(network, "").weights(model));
    for (LoraUse use : uses) {
      double weight = network == LoraTarget.UNET ? use.weight() : use.textWeight();
      if (weight != 0) {
        LoraFile file = LoraFile.open(use.name(), files.locate(use.hash()), model);
        set.add(file, network, weight);
        if (!file.unmatched().isEmpty()) {
          LOG.warn("event=lora-modules-unmatched sentence=\"{}\"", file.unmatchedWords());
        }
      }
    }
    return set;
  }

  private void add(LoraFile file, int network, double weight) {
    for (LoraTarget target : file.targets()) {
      if (target.network() == network) {
        for (String tensor : file.tensors(target)) {
          if (!weights.layout().shapes().containsKey(tensor)) {
            // A bias that the layer does not have: refused here, before anybody asks for its size.
            file.change(target, tensor, weights, weight);
          }
          touches
              .computeIfAbsent(tensor, one -> new ArrayList<>())
              .add(new Touch(file, target, weight));
        }
      }
    }
  }

  /** The names of the tensors that are made anew. */
  public Set<String> touched() {
    return touches.keySet();
  }

  /** How many numbers they have together. */
  public long size() {
    return touches.keySet().stream()
        .map(weights.layout().shapes()::get)
        .filter(Objects::nonNull)
        .mapToLong(shape -> Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b))
        .sum();
  }

  public boolean isEmpty() {
    return touches.isEmpty();
  }

  /**
   * A touched tensor as it becomes, in float32: the same bits whatever the machine and its cores.
   *
   * @throws DemofusionException BAD_MODEL if a file does not fit, or its change is no number
   */
  public float[] merged(String tensor) {
    float[] values =
        FloatConversion.toFloats(DType.valueOf(weights.type(tensor)), weights.bytes(tensor));
    for (Touch touch : touches.getOrDefault(tensor, List.of())) {
      touch
          .file()
          .change(touch.target(), tensor, weights, touch.weight())
          .ifPresent(change -> change.apply(values));
      requireFinite(touch, tensor, values);
    }
    return values;
  }

  /**
   * Finite factors can still have a product that is not, and one such number blackens a picture.
   */
  private static void requireFinite(Touch touch, String tensor, float[] values) {
    boolean isFinite = true;
    for (float value : values) {
      isFinite &= Float.isFinite(value);
    }
    if (!isFinite) {
      throw DemofusionException.badModel(
          ("LoRA %s makes NaN or infinity in %s.%s at weight %s: use a smaller weight or another"
                  + " file")
              .formatted(touch.file().name(), touch.target().prefix(), tensor, touch.weight()));
    }
  }
}
