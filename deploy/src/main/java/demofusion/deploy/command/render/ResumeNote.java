package demofusion.deploy.command.render;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.output.RenderOutputs;
import demofusion.deploy.model.ModelChoice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the command line notes in a job's folder beside what the coordinator keeps there: where the
 * model lies and where the picture goes, so that {@code --resume FOLDER} needs nothing else.
 *
 * @param model the model's folder or file
 * @param picture where the picture goes
 * @param quality of a picture that is no PNG
 * @param latents where all phases' latents go, if anywhere
 * @param files where the files are that the request names, by their kinds; null: it names none
 */
record ResumeNote(
    String model,
    @Nullable String variant,
    @Nullable String vae,
    @Nullable String config,
    String device,
    @Nullable String precision,
    String picture,
    @Nullable Integer quality,
    @Nullable String latents,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, List<String>> files) {
  private static final String NAME = "command.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static ResumeNote of(ModelChoice choice, RenderOutputs outputs, List<Place> places) {
    PictureEncoder encoder = outputs.encoder();
    Path latents = outputs.latents();
    ModelSource source = choice.source();
    return new ResumeNote(
        absolute(Path.of(source.base())),
        source.variant(),
        source.vae() == null ? null : absolute(Path.of(source.vae())),
        source.config() == null ? null : absolute(Path.of(source.config())),
        choice.deviceName(),
        choice.precision().map(Precision::toString).orElse(null),
        absolute(outputs.picture()),
        encoder.format() == WrittenFormat.PNG ? null : encoder.quality(),
        latents == null ? null : absolute(latents),
        files(places));
  }

  private static @Nullable Map<String, List<String>> files(List<Place> places) {
    Map<String, List<String>> files = new TreeMap<>();
    for (Place place : places) {
      if (Files.exists(place.path())) {
        files
            .computeIfAbsent(place.kind().toString(), kind -> new ArrayList<>())
            .add(absolute(place.path()));
      }
    }
    return files.isEmpty() ? null : files;
  }

  /** Where the request's files are. */
  List<Place> places() {
    List<Place> places = new ArrayList<>();
    if (files != null) {
      for (LibraryKind kind : LibraryKind.values()) {
        for (String path : files.getOrDefault(kind.toString(), List.of())) {
          places.add(new Place(kind, Path.of(path)));
        }
      }
    }
    return places;
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  ModelChoice choice() {
    return new ModelChoice(
        new ModelSource(model, variant, vae, config),
        Optional.of(device),
        Optional.ofNullable(precision).map(Precision::parse));
  }

  void write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(NAME), JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, folder + " cannot be written to: " + SafeFile.reason(e), e);
    }
  }

  /** JSON may leave out anything. */
  private boolean isComplete() {
    return Stream.of(model, device, picture).noneMatch(Objects::isNull)
        && WrittenFormat.ofFile(picture).isPresent()
        && Path.of(picture).isAbsolute();
  }

  static ResumeNote read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      ResumeNote note = JSON.readValue(Files.readAllBytes(file), ResumeNote.class);
      if (note != null && note.isComplete()) {
        return note;
      }
    } catch (IOException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "%s is not the folder of an interrupted render: %s in it is missing or unreadable"
            .formatted(folder, NAME));
  }
}
