package demofusion.worker.model.lora;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.FiniteValues;
import demofusion.worker.model.tensor.TensorView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A LoRA file, read for one model: which of its modules it changes. Opening maps the file and reads
 * every value once, since a file with NaN in it is refused whole; the values stay where they are.
 */
public final class LoraFile {
  private static final int MOST_TENSORS = 50_000;
  private static final int NAMED = 3;
  private static final int LONGEST_NAME = 120;

  /** What other kinds of files have in their names, and how those kinds are called. */
  private static final Map<Pattern, String> OTHER_KINDS =
      Map.of(
          Pattern.compile(".*\\.(?:a1|a2|b1|b2)\\.weight"), "GLoRA",
          Pattern.compile("(?:.*\\.)?oft_(?:blocks|diag|R|r).*"), "OFT or BOFT",
          Pattern.compile(".*\\.on_input"), "IA3");

  /** An embedding that works while the LoRA does. */
  private static final Pattern BUNDLED = Pattern.compile("bundle_emb\\.(.+?)\\.(.+)");

  private static final Set<DType> MEASURED =
      EnumSet.of(DType.F64, DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);

  /** Of a module of which nothing else is there, the bias alone changes. */
  private static final Set<LoraPart> BIAS_PARTS = EnumSet.of(LoraPart.DIFF_BIAS, LoraPart.ALPHA);

  /** What a file says of a module, under the one name of it that counts. */
  private record Stemmed(String stem, Map<LoraPart, String> keys) {
    boolean isOnlyAlpha() {
      return keys.keySet().equals(Set.of(LoraPart.ALPHA));
    }
  }

  private final String name;
  private final SafetensorsFile file;
  private final PeftScales scales;
  private final Map<LoraTarget, Stemmed> modules = new LinkedHashMap<>();
  private final Set<String> unmatched = new TreeSet<>();
  private final Set<String> words = new LinkedHashSet<>();

  private LoraFile(String name, SafetensorsFile file) {
    this.name = name;
    this.file = file;
    this.scales = PeftScales.of(name, file);
  }

  /**
   * Reads and checks a file against a model.
   *
   * @param name of the LoRA, for sentences
   * @throws DemofusionException BAD_MODEL with one sentence if it is no LoRA, is damaged, or was
   *     made for another model
   */
  public static LoraFile open(String name, Path path, ModelFolder model) {
    FileKind kind = FileKinds.of(path);
    if (kind != FileKind.LORA && kind != FileKind.UNKNOWN) {
      throw FileKinds.refusal(path, kind, "a LoRA");
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    if (file.names().size() > MOST_TENSORS) {
      throw DemofusionException.badModel(
          "LoRA %s has %s tensors; it must have at most %s"
              .formatted(name, file.names().size(), MOST_TENSORS));
    }
    refuseOtherKinds(name, file);
    BaseModel base = BaseModel.of(model);
    MadeFor.of(file)
        .filter(made -> made != base)
        .ifPresent(
            made -> {
              throw DemofusionException.badModel(
                  "LoRA %s was made for %s, and this model is %s".formatted(name, made, base));
            });
    LoraFile lora = new LoraFile(name, file);
    lora.match(LoraNames.of(model));
    lora.requireMatches(model);
    FiniteValues.require("LoRA " + name, file);
    return lora;
  }

  private static void refuseOtherKinds(String name, SafetensorsFile file) {
    for (String key : file.names()) {
      if (BUNDLED.matcher(key).matches()) {
        continue; // named by its word, which may be any
      }
      OTHER_KINDS.forEach(
          (sign, kind) -> {
            if (sign.matcher(key).matches()) {
              throw DemofusionException.badModel(
                  ("LoRA %s is of the kind %s (%s), which is not supported: LoRA, LoCon, LoHa, LoKr"
                          + " and DoRA are")
                      .formatted(name, kind, shortened(key)));
            }
          });
    }
  }

  private void match(LoraNames names) {
    Map<LoraTarget, Stemmed> ldm = new LinkedHashMap<>();
    for (String key : file.names()) {
      Matcher bundled = BUNDLED.matcher(key);
      if (bundled.matches()) {
        words.add(bundled.group(1));
        continue;
      }
      LoraKey parsed = LoraKey.parse(key).orElse(null);
      LoraNames.Meaning meaning = parsed == null ? null : names.find(parsed.stem());
      if (parsed == null || meaning == null) {
        unmatched.add(parsed == null ? key : parsed.stem());
      } else {
        put(meaning.isLdm() ? ldm : modules, meaning.target(), parsed, key);
      }
    }
    ldm.forEach(
        (target, parts) -> {
          if (modules.putIfAbsent(target, parts) != null) {
            unmatched.add(parts.stem());
          }
        });
  }

  /** Of two names of one module the first counts: halves of two changes are no whole one. */
  private void put(Map<LoraTarget, Stemmed> into, LoraTarget target, LoraKey parsed, String key) {
    Stemmed first =
        into.computeIfAbsent(
            target, one -> new Stemmed(parsed.stem(), new EnumMap<>(LoraPart.class)));
    if (!first.stem().equals(parsed.stem())) {
      unmatched.add(parsed.stem());
      return;
    }
    String other = first.keys().put(parsed.part(), key);
    if (other != null) {
      throw DemofusionException.badModel(
          "LoRA %s has the same part of %s twice, as %s and %s: it must have one adapter"
              .formatted(name, target, shortened(other), shortened(key)));
    }
  }

  private void requireMatches(ModelFolder model) {
    int found = modules.size();
    modules.values().removeIf(Stemmed::isOnlyAlpha);
    if (modules.isEmpty() && found > 0) {
      throw DemofusionException.badModel(
          "LoRA %s has only a part of what changes %s: of its %s modules in the model there are"
                  .formatted(name, model.name(), found)
              + " alphas alone; get the whole file");
    }
    if (modules.isEmpty()) {
      throw DemofusionException.badModel(
          "LoRA %s changes nothing in %s: none of its %s modules is in the model (%s)"
              .formatted(name, model.name(), unmatched.size(), firstUnmatched()));
    }
  }

  String name() {
    return name;
  }

  /** How many of the model's modules it changes. */
  public int moduleCount() {
    return modules.size();
  }

  /** What of it the model does not have, as the file calls it. */
  public Set<String> unmatched() {
    return unmatched;
  }

  /** A sentence of what is not in the model; empty: all of it is. */
  public String unmatchedWords() {
    return unmatched.isEmpty()
        ? ""
        : "LoRA %s: %s of its %s modules are not in this model and are ignored (%s)"
            .formatted(name, unmatched.size(), unmatched.size() + modules.size(), firstUnmatched());
  }

  private String firstUnmatched() {
    List<String> first =
        unmatched.stream()
            .limit(NAMED)
            .map(LoraFile::shortened)
            .collect(Collectors.toCollection(ArrayList::new));
    if (unmatched.size() > NAMED) {
      first.add("…");
    }
    return first.isEmpty() ? "it has none" : String.join(", ", first);
  }

  /** A name out of a file, fit for a sentence. */
  static String shortened(String key) {
    String printable = key.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > LONGEST_NAME
        ? printable.substring(0, LONGEST_NAME) + "…"
        : printable;
  }

  /** The words of embeddings that lie in it. */
  public Set<String> bundledWords() {
    return words;
  }

  /** The file itself, for the embeddings in it. */
  public SafetensorsFile file() {
    return file;
  }

  /**
   * Reads every module as if it were used, so that what does not fit is refused before anything is
   * drawn.
   */
  public void check(ModelFolder model) {
    modules.keySet().parallelStream()
        .forEach(
            target -> {
              Weights weights = target.weights(model);
              for (String tensor : tensors(target)) {
                change(target, tensor, weights, 1);
              }
            });
  }

  Set<LoraTarget> targets() {
    return modules.keySet();
  }

  /** The names of those tensors of a module's that change. */
  List<String> tensors(LoraTarget target) {
    Set<LoraPart> parts = partsOf(target).keySet();
    List<String> tensors = new ArrayList<>();
    if (!BIAS_PARTS.containsAll(parts)) {
      tensors.add(target.weight());
    }
    if (parts.contains(LoraPart.UP_BIAS) || parts.contains(LoraPart.DIFF_BIAS)) {
      tensors.add(target.bias());
    }
    return tensors;
  }

  /** What becomes of one of {@link #tensors}; empty: nothing. */
  Optional<AppliedChange> change(LoraTarget target, String tensor, Weights weights, double weight) {
    Map<LoraPart, Factor> factors = new EnumMap<>(LoraPart.class);
    partsOf(target).forEach((part, key) -> factors.put(part, factor(part, key)));
    Map<String, int[]> shapes = weights.layout().shapes();
    LoraModule module =
        new LoraModule(
            name, target, Objects.requireNonNull(shapes.get(target.weight())), factors, scales::of);
    return tensor.equals(target.weight())
        ? module.onWeight(weight)
        : module.onBias(weight, shapes.get(tensor));
  }

  /** An alpha may be counted; what is added to weights is measured, and no whole numbers are. */
  private Factor factor(LoraPart part, String key) {
    SafetensorsFile.Entry entry = file.entry(key);
    if (part != LoraPart.ALPHA && !MEASURED.contains(entry.dtype())) {
      throw DemofusionException.badModel(
          "LoRA %s has %s in %s; what changes weights must be F64, %s: get the file before it was quantised"
              .formatted(name, shortened(key), entry.typeName(), TensorView.READ));
    }
    return Factor.of(key, file.tensor(key));
  }

  private Map<LoraPart, String> partsOf(LoraTarget target) {
    Stemmed module = modules.get(target);
    return module == null ? Map.of() : module.keys();
  }
}
