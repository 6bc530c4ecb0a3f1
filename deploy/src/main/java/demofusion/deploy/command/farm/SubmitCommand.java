package demofusion.deploy.command.farm;

import demofusion.coordinator.image.PictureEncoder;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineRequest;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.deploy.command.option.FarmModelOptions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.MethodOptions;
import demofusion.deploy.command.option.PictureOptions;
import demofusion.deploy.command.option.PromptList;
import demofusion.deploy.command.option.PromptOptions;
import demofusion.deploy.command.option.RecordedOptions;
import demofusion.deploy.command.option.SubmitOptions;
import demofusion.deploy.command.output.LatentsOutput;
import demofusion.deploy.command.output.OutputPlace;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.Seeds;
import demofusion.protocol.latent.PixelExtent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demofusion submit}: text to image, on a farm. */
@Command(
    name = "submit",
    abbreviateSynopsis = true,
    description = "Generate an image on a farm.%n",
    footer = {
      "%nPrints the job id to stdout as soon as the job is stored on the coordinator's disk, or"
          + " with",
      "--wait the image's path once it is finished. Ctrl-C ends the wait, not the job.",
      "%nExamples:",
      "  demofusion submit \"a lighthouse on a cliff at sunset\" --size 4096x4096 --wait",
      "  id=$(demofusion submit \"a lighthouse\" --priority 5) && demofusion job $id --watch",
      "  demofusion submit --from image.png --steps 100 --wait --output better.png",
      "  demofusion submit --prompts captions.txt --count 4 --json | jq -r .id"
    })
public final class SubmitCommand extends TerminalCommand implements Callable<Integer> {
  @Mixin final PromptOptions words = new PromptOptions();
  @Mixin final PictureOptions picture = new PictureOptions();
  @Mixin final MethodOptions method = new MethodOptions();
  @Mixin final FarmModelOptions model = new FarmModelOptions();
  @Mixin final SubmitOptions options = new SubmitOptions();
  @Mixin final FarmOptions farm = new FarmOptions();
  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    options.requireSense();
    Consumer<String> say = options.quiet ? sentence -> {} : terminal::say;
    String wanted = model.wanted(say);
    if (words.from == null) {
      return submit(wanted);
    }
    RecordedOptions recorded =
        RecordedOptions.read(Path.of(words.from), words.promptsFile != null, picture.image != null);
    SubmitCommand layered = new SubmitCommand();
    layered.setTerminal(terminal);
    recorded.sayLeftOut(words.from, say);
    recorded.layerUnder(layered, Objects.requireNonNull(spec), terminal);
    // Equal settings draw an equal picture with the same model only.
    return layered.submit(wanted == null ? recorded.modelHash() : wanted);
  }

  private int submit(@Nullable String modelName) {
    CommandLineRequest request = new CommandLineRequest(words, picture, method, model.threads);
    List<Subject> subjects =
        request.subjects(
            PromptList.read(words.prompt, words.promptsFile, System.in),
            () -> Seeds.random(ThreadLocalRandom.current()));
    OutputPlace place = OutputPlace.of(options.output, options.quality, subjects.size() > 1);
    requireFits(place.encoder(), request.spec(subjects.get(0), null).size());
    Path source = picture.source();
    byte[] image = source == null ? null : UploadedPicture.read(source);
    List<NewPicture> pictures = new ArrayList<>();
    for (Subject subject : subjects) {
      JobRequest jobRequest =
          new JobRequest(
              request.spec(subject, null),
              modelName == null || modelName.isEmpty() ? null : modelName,
              options.previews,
              options.priority,
              image,
              picture.sourceStrength(),
              options.webhook);
      pictures.add(NewPicture.of(jobRequest));
    }
    LatentsOutput latents = LatentsOutput.of(options.latents, subjects.size() > 1);
    if (options.wait) {
      place.requireWritable();
    }
    try (FarmClient client = farm.client(terminal)) {
      List<JobView> jobs = submitAll(client, pictures);
      return options.wait
          ? new FarmWait(client, terminal, options).await(jobs, subjects, place, latents)
          : CliConventions.OK;
    }
  }

  private static void requireFits(PictureEncoder encoder, @Nullable PixelExtent size) {
    if (size != null) {
      encoder.requireFits(size);
    }
  }

  private List<JobView> submitAll(FarmClient client, List<NewPicture> pictures) {
    List<JobView> jobs = new ArrayList<>();
    for (NewPicture each : pictures) {
      try {
        JobView job = client.submit(each, UUID.randomUUID().toString());
        jobs.add(job);
        if (!options.wait) {
          terminal.out().println(options.json ? Json.line(job) : job.id());
        }
      } catch (DemofusionException e) {
        throw jobs.isEmpty() ? e : partly(e, jobs, pictures.size());
      }
    }
    return jobs;
  }

  private static DemofusionException partly(DemofusionException e, List<JobView> jobs, int all) {
    return new DemofusionException(
        e.code(),
        "%s (%s of %s images were submitted, the last as %s)"
            .formatted(e.userMessage(), jobs.size(), all, jobs.get(jobs.size() - 1).id()),
        e);
  }
}
