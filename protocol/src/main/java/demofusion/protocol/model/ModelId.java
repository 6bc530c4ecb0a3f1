package demofusion.protocol.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Which model a picture is of. Its kind alone decides the bits, since the hash covers everything
 * that was read; the source says by names where to find the same again.
 *
 * @param fileHash of a model in one file, as other programs know it: SHA-256 of the file; null for
 *     a folder
 */
public record ModelId(ModelKind kind, ModelSource source, @Nullable String fileHash) {
  public ModelId(ModelKind kind, ModelSource source) {
    this(kind, source, null);
  }

  /** A model that was taken as it is. */
  public static ModelId of(ModelCard card) {
    return of(card, new ModelSource(card.name(), null, null));
  }

  /**
   * @param source what it was read from, by paths or by names
   */
  public static ModelId of(ModelCard card, ModelSource source) {
    return new ModelId(card.kind(), source.named(card.name()), card.fileHash());
  }

  /** For people. */
  public String name() {
    return source.base();
  }

  public String hash() {
    return kind.hash();
  }

  public Precision precision() {
    return kind.precision();
  }

  /** The kind of device: cpu, cuda. */
  public String device() {
    return kind.device();
  }

  /** As files have it, which know no kinds and sources. */
  private record Written(
      String name,
      String hash,
      Precision precision,
      String device,
      @Nullable String variant,
      @Nullable String vae,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String config,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String fileHash) {}

  @JsonValue
  private Written written() {
    return new Written(
        name(),
        hash(),
        precision(),
        device(),
        source.variant(),
        source.vae(),
        source.config(),
        fileHash);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static ModelId of(Written written) {
    return new ModelId(
        new ModelKind(written.hash(), written.precision(), written.device()),
        new ModelSource(written.name(), written.variant(), written.vae(), written.config()),
        written.fileHash());
  }
}
