package demofusion.protocol.model;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What other programs call solvers and spacings, in requests and in pictures: WebUI's sampler with
 * the schedule behind its name (until 1.8) or beside it (since), ComfyUI's, Fooocus' and SwarmUI's
 * {@code dpmpp_2m_sde_gpu}, InvokeAI's {@code dpmpp_2m_k}, the Horde's {@code k_euler_a}, and our
 * own. Case, spaces and other signs do not matter.
 */
public final class SamplerNames {
  /** WebUI's schedule type that leaves the choice to the sampler. */
  public static final String AUTOMATIC = "Automatic";

  private static final Map<String, Solver> SAMPLERS = new LinkedHashMap<>();
  private static final Map<String, Spacing> SCHEDULES = new LinkedHashMap<>();

  static {
    for (Solver solver : Solver.values()) {
      SAMPLERS.put(plain(solver.toString()), solver);
      SAMPLERS.put(plain(solver.samplerName()), solver);
    }
    for (Spacing spacing : Spacing.values()) {
      SCHEDULES.put(plain(spacing.toString()), spacing);
      SCHEDULES.put(plain(spacing.scheduleType()), spacing);
    }
    SCHEDULES.put("uniform", Spacing.NORMAL);
    SCHEDULES.put("k", Spacing.KARRAS);
    SCHEDULES.put("ka", Spacing.KARRAS);
  }

  private SamplerNames() {}

  /**
   * What a sampler and a schedule type mean here.
   *
   * @param kind what is drawn; null: the sampler is unknown
   * @param remark what is drawn otherwise than it was asked for, in a sentence; null: nothing
   */
  public record Meaning(@Nullable SchedulerKind kind, @Nullable String remark) {}

  /** As {@link #read}, without its remark. */
  public static Optional<SchedulerKind> kind(String sampler, @Nullable String scheduleType) {
    return Optional.ofNullable(read(sampler, scheduleType).kind());
  }

  /**
   * Reads what another program says. A schedule behind the sampler's name goes before the one
   * beside it, as in WebUI.
   *
   * @param scheduleType null or blank: none is named, and the sampler's own is meant, as in
   *     pictures; a request to WebUI that names none means {@link #AUTOMATIC}
   */
  public static Meaning read(String sampler, @Nullable String scheduleType) {
    String name = plain(sampler);
    for (String form : new String[] {name, name.replaceFirst("^k|gpu$", "")}) {
      for (Map.Entry<String, Solver> known : SAMPLERS.entrySet()) {
        String rest =
            form.startsWith(known.getKey()) ? form.substring(known.getKey().length()) : "?";
        if (rest.isEmpty()) {
          return spaced(known.getValue(), scheduleType == null ? "" : scheduleType.strip());
        }
        if (SCHEDULES.containsKey(rest)) {
          return spaced(known.getValue(), rest);
        }
      }
    }
    return new Meaning(null, "sampler \"" + sampler + "\" is unknown here");
  }

  private static Meaning spaced(Solver solver, String scheduleType) {
    String name = plain(scheduleType);
    if (name.isEmpty()) {
      return new Meaning(new SchedulerKind(solver, null), null);
    }
    if (name.equals(plain(AUTOMATIC))) {
      return new Meaning(new SchedulerKind(solver, solver.automatic()), null);
    }
    Spacing spacing = SCHEDULES.get(name);
    if (spacing != null && solver.spacings().contains(spacing)) {
      return new Meaning(new SchedulerKind(solver, spacing), null);
    }
    return new Meaning(
        new SchedulerKind(solver, null),
        "schedule type \"%s\" is %s; the sampler's own is used"
            .formatted(
                spacing == null ? scheduleType : spacing.scheduleType(),
                spacing == null ? "unknown here" : "not for " + solver.samplerName()));
  }

  /**
   * What WebUI and its pictures call the sampler; with {@link #scheduleType} it is read as this
   * kind again. Karras behind DPM++ is the older spelling, which our pictures always had.
   */
  public static String sampler(SchedulerKind kind) {
    String name = kind.solver().samplerName();
    return isOneName(kind) ? name + " " + Spacing.KARRAS.scheduleType() : name;
  }

  /** What WebUI's pictures have as "Schedule type"; null: nothing. */
  public static @Nullable String scheduleType(SchedulerKind kind) {
    return kind.spacing() == null || isOneName(kind) ? null : kind.spacing().scheduleType();
  }

  private static boolean isOneName(SchedulerKind kind) {
    return kind.spacing() != null && SchedulerKind.OF_FOLDERS.contains(kind);
  }

  /** Small letters and digits alone, ++ as pp. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("++", "pp").replaceAll("[^\\p{Alnum}]", "");
  }
}
