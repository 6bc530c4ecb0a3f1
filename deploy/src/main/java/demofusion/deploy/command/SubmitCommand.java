package demofusion.deploy.command;

import demofusion.coordinator.http.NewPicture;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Order;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.CommandLineRequest.Subject;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demofusion submit}: pictures from words, drawn by a farm. */
@Command(
    name = "submit",
    abbreviateSynopsis = true,
    description = "Have a picture drawn by a farm.%n",
    footer = {
      "%nWithout --wait the job's id goes to stdout as soon as the job is safe on the coordinator's disk;",
      "with --wait the picture's path, when it is there. Ctrl-C ends the waiting, not the job.",
      "%nExamples:",
      "  demofusion submit \"a lighthouse on a cliff at sunset\" --size 4096x4096 --wait",
      "  id=$(demofusion submit \"a lighthouse\" --priority 5) && demofusion job $id --watch",
      "  demofusion submit --from picture.png --steps 100 --wait --output better.png",
      "  demofusion submit --prompts captions.txt --count 4 --json | jq -r .id"
    })
final class SubmitCommand implements Callable<Integer> {
  /** Random seeds are as long as what torch takes of a seed. */
  private static final long SEEDS = 1L << 32;

  @Mixin final PromptOptions words = new PromptOptions();
  @Mixin final PictureOptions picture = new PictureOptions();
  @Mixin final MethodOptions method = new MethodOptions();
  @Mixin final FarmModelOptions model = new FarmModelOptions();
  @Mixin final SubmitOptions options = new SubmitOptions();
  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();
  @Spec @Nullable CommandSpec spec;

  private final Terminal terminal;

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    options.requireSense();
    if (words.from == null) {
      return submit(model.model);
    }
    RecordedOptions recorded =
        RecordedOptions.read(Path.of(words.from), words.promptsFile != null, picture.image != null);
    SubmitCommand layered = new SubmitCommand(terminal);
    recorded.layerUnder(layered, Objects.requireNonNull(spec), terminal);
    // Equal settings draw an equal picture with the same model only.
    return layered.submit(model.model == null ? recorded.modelHash() : model.model);
  }

  private int submit(@Nullable String modelName) {
    CommandLineRequest request = new CommandLineRequest(words, picture, method, model.threads);
    List<Subject> subjects =
        request.subjects(
            PromptList.read(words.prompt, words.promptsFile, System.in),
            () -> ThreadLocalRandom.current().nextLong(SEEDS));
    byte[] image = picture.image == null ? null : UploadedPicture.read(picture.image);
    List<NewPicture> pictures = new ArrayList<>();
    for (Subject subject : subjects) {
      Order order =
          new Order(
              request.spec(subject, null),
              modelName == null || modelName.isEmpty() ? null : modelName,
              options.previews,
              options.priority,
              image,
              picture.strength,
              options.webhook);
      pictures.add(NewPicture.of(order));
    }
    OutputPlace place = OutputPlace.of(options.output, subjects.size() > 1);
    LatentsFile latents = LatentsFile.of(options.latents, subjects.size() > 1);
    if (options.wait) {
      place.requireWritable();
    }
    try (FarmClient client = farm.client(terminal)) {
      List<JobView> jobs = submitAll(client, pictures);
      return options.wait
          ? new FarmWait(client, terminal, options).await(jobs, subjects, place, latents)
          : HouseStyle.OK;
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
        e.sentence()
            + " ("
            + jobs.size()
            + " of "
            + all
            + " pictures were submitted, the last as "
            + jobs.get(jobs.size() - 1).id()
            + ")",
        e);
  }
}
