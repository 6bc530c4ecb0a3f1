package demofusion.coordinator.dispatch;

import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Internal;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import demofusion.protocol.wire.WireSerializer;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * A worker with the toy model of {@link Renders}, and with bad habits: it answers whatever it has
 * in hand in a random order, and its {@link Habits} decide what happens to each answer.
 */
public final class FakeWorker extends AbstractBehavior<Command> {
  public static final ModelCard CARD =
      new ModelCard("toy", "toy-1", Renders.SMALL, Renders.EULER, Precision.FLOAT32, "cpu");

  /** What it does with a lease. */
  public enum Step {
    ANSWER,
    ANSWER_TWICE,
    /** Answers with one mantissa bit of one number turned. */
    LIE,
    /** The same, always in the same place. */
    LIE_ALIKE,
    /** Answers with one number so wrong that it is seen. */
    SPOIL,
    FAIL,
    RUN_OUT_OF_MEMORY,
    DIE,
    BE_SILENT
  }

  /** Decides; called once for each lease. */
  @FunctionalInterface
  public interface Habits {
    Step of(Perform perform);
  }

  /** Time to answer something. */
  private record Answer() implements Internal {}

  private static final int CREDITS = 4;

  private final String name;
  private final Habits habits;
  private final Random order;
  private final List<Perform> inHand = new ArrayList<>();
  private final Map<JobId, Set<AssetId>> known = new HashMap<>();
  private @Nullable ActorRef<DispatcherProtocol.Command> dispatcher;

  private FakeWorker(ActorContext<Command> context, String name, Habits habits, long seed) {
    super(context);
    this.name = name;
    this.habits = habits;
    this.order = new Random(seed);
  }

  /** One that belongs to nobody until {@link #join} says that it is there. */
  public static Behavior<Command> create(String name, Habits habits, long seed) {
    return Behaviors.setup(context -> new FakeWorker(context, name, habits, seed));
  }

  public static Behavior<Command> diligent(String name) {
    return create(name, perform -> Step.ANSWER, name.hashCode());
  }

  /** Says once that a worker is there; the dispatcher watches it, as it does in its own process. */
  public static void join(ActorRef<DispatcherCommand> dispatcher, ActorRef<Command> worker) {
    Dispatcher.forWorkers(dispatcher)
        .tell(
            new Heartbeat(
                worker, worker.unsafeUpcast(), "fake", 0, false, 0, WireSerializer.VERSION));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Greet.class, this::onGreet)
        .onMessage(Remember.class, this::onRemember)
        .onMessage(LetGo.class, this::onLetGo)
        .onMessage(Forget.class, this::onForget)
        .onMessage(Withdraw.class, this::onWithdraw)
        .onMessage(Perform.class, this::onPerform)
        .onMessage(Answer.class, this::onAnswer)
        .build();
  }

  private Behavior<Command> onRemember(Remember remember) {
    known.computeIfAbsent(remember.job(), any -> new HashSet<>()).add(remember.asset().id());
    return this;
  }

  private Behavior<Command> onLetGo(LetGo letGo) {
    known.getOrDefault(letGo.job(), new HashSet<>()).remove(letGo.asset());
    return this;
  }

  private Behavior<Command> onForget(Forget forget) {
    known.remove(forget.job());
    return this;
  }

  private Behavior<Command> onGreet(Greet greet) {
    dispatcher = greet.dispatcher();
    greet
        .dispatcher()
        .tell(
            new Introduce(
                getContext().getSelf(),
                greet.session(),
                name,
                CARD,
                1,
                CREDITS,
                Integer.MAX_VALUE));
    return this;
  }

  /** Hands back what it has not answered, and what it does not have. */
  private Behavior<Command> onWithdraw(Withdraw withdraw) {
    inHand.removeIf(perform -> perform.lease().equals(withdraw.lease()));
    if (dispatcher != null) {
      dispatcher.tell(
          new Failed(
              withdraw.lease(), getContext().getSelf(), FailureCode.CANCELLED, "withdrawn", 0));
    }
    return this;
  }

  /** Answers come one message later at the earliest, so that leases pile up and get shuffled. */
  private Behavior<Command> onPerform(Perform perform) {
    inHand.add(perform);
    getContext().getSelf().tell(new Answer());
    return this;
  }

  private Behavior<Command> onAnswer(Answer answer) {
    if (inHand.isEmpty()) {
      return this;
    }
    Perform perform = inHand.remove(order.nextInt(inHand.size()));
    switch (habits.of(perform)) {
      case ANSWER -> complete(perform);
      case LIE -> answer(perform, wrong(perform, order.nextInt(Integer.MAX_VALUE)));
      case LIE_ALIKE -> answer(perform, wrong(perform, 0));
      case SPOIL -> answer(perform, spoilt(perform));
      case ANSWER_TWICE -> {
        complete(perform);
        complete(perform);
      }
      case FAIL -> fail(perform, FailureCode.NOT_FINITE, 0);
      case RUN_OUT_OF_MEMORY -> fail(perform, FailureCode.OUT_OF_MEMORY, 3);
      case DIE -> {
        return Behaviors.stopped();
      }
      case BE_SILENT -> {}
    }
    return this;
  }

  private void complete(Perform perform) {
    if (!known.getOrDefault(perform.lease().job(), Set.of()).containsAll(perform.work().assets())) {
      fail(perform, FailureCode.MISSING_ASSET, 0); // as a real worker, which is sent it again
      return;
    }
    answer(perform, result(perform.work()));
  }

  private void answer(Perform perform, WorkResult result) {
    perform.replyTo().tell(new Completed(perform.lease(), getContext().getSelf(), result, 0, 1000));
  }

  private static WorkResult wrong(Perform perform, int number) {
    WorkResult right = result(perform.work());
    float[] values = right.tensors().get(0).values();
    int at = number % values.length;
    values[at] = Float.intBitsToFloat(Float.floatToRawIntBits(values[at]) ^ (1 << 12));
    return right;
  }

  private static WorkResult spoilt(Perform perform) {
    WorkResult right = result(perform.work());
    float[] values = right.tensors().get(0).values();
    values[0] = values[0] > 0.5f ? 0 : 1;
    return right;
  }

  private void fail(Perform perform, FailureCode code, int largestViewBatch) {
    perform
        .replyTo()
        .tell(
            new Failed(
                perform.lease(), getContext().getSelf(), code, "it was fated", largestViewBatch));
  }

  static WorkResult result(Work work) {
    if (work instanceof Work.PredictNoise predict) {
      return new WorkResult.NoisePrediction(Renders.toyPrediction(predict));
    }
    if (work instanceof Work.EncodeText text) {
      NamedTensors zeros = new NamedTensors(Map.of("zeros", Tensor.zeros(2, 4)));
      List<String> cutOff =
          text.prompts().prompt().endsWith("too long") ? List.of("too long") : List.of();
      return new WorkResult.EncodedText(zeros, zeros, cutOff);
    }
    if (work instanceof Work.EncodeImage) {
      NamedTensors tokens = new NamedTensors(Map.of("tokens", Tensor.zeros(4, 4)));
      return new WorkResult.EncodedImage(tokens, tokens);
    }
    if (work instanceof Work.EncodePicture picture) {
      return encode(picture.pixels());
    }
    if (work instanceof Work.SurveyLatent survey) {
      return new WorkResult.SurveyedLatent(
          new NamedTensors(Map.of("crops", Tensor.zeros(survey.crops().shape()[0]))));
    }
    return new WorkResult.DecodedPixels(decode(((Work.DecodeLatent) work).latent()));
  }

  /** Every square becomes a sample, which the whole of the window has a part in. */
  public static WorkResult.EncodedPicture encode(Tensor pixels) {
    int height = pixels.shape()[1] / 8;
    int width = pixels.shape()[2] / 8;
    Tensor mean = Tensor.zeros(4, height, width);
    float ofAll = 0;
    for (float pixel : pixels.values()) {
      ofAll += pixel;
    }
    for (int n = 0; n < mean.values().length; n++) {
      int corner = n / width % height * 8 * pixels.shape()[2] + n % width * 8;
      int colour = n / (width * height) % 3 * pixels.shape()[1] * pixels.shape()[2];
      mean.values()[n] = pixels.values()[colour + corner] + 0.1f * ofAll / pixels.values().length;
    }
    Tensor deviation = Tensor.zeros(4, height, width);
    Arrays.fill(deviation.values(), 0.5f);
    return new WorkResult.EncodedPicture(mean, deviation);
  }

  /** Every sample becomes a grey square, whatever tile it is in. */
  public static Tensor decode(Tensor latent) {
    int height = latent.shape()[1];
    int width = latent.shape()[2];
    Tensor pixels = Tensor.zeros(3, 8 * height, 8 * width);
    for (int n = 0; n < pixels.values().length; n++) {
      int y = n / (8 * width) % (8 * height) / 8;
      int x = n % (8 * width) / 8;
      float sample = latent.values()[y * width + x];
      pixels.values()[n] = 0.5f + 0.5f * sample / (1 + Math.abs(sample));
    }
    return pixels;
  }
}
