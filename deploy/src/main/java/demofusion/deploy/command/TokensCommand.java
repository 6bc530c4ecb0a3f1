package demofusion.deploy.command;

import demofusion.coordinator.library.LibraryFile;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.NamedModelOptions;
import demofusion.deploy.model.TokenReport;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.prompt.StepPrompts;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.text.EmbeddingFile;
import demofusion.worker.model.text.TextEmbedding;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion tokens PROMPT}: a prompt as the model reads it. */
@Command(
    name = "tokens",
    description =
        "Show a prompt as the model's text encoders read it: tokens with their weights, chunk by"
            + " chunk, and what is cut off.%n",
    footer = {
      "%nExamples:",
      "  demofusion tokens \"a lighthouse and the open sea\"",
      "  demofusion tokens --prompt-syntax weighted \"a (red:1.3) house BREAK [oak|pine]\"",
      "  demofusion tokens \"a lighthouse\" --json | jq '.texts[0].towers[0].chunks'"
    })
final class TokensCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PROMPT", description = "The prompt.")
  @Nullable String prompt;

  @Mixin final NamedModelOptions model = new NamedModelOptions();

  @Option(
      names = "--prompt-syntax",
      paramLabel = "SYNTAX",
      defaultValue = "plain",
      description = "How the prompt is read: plain or weighted (default: ${DEFAULT-VALUE}).")
  PromptSyntax syntax = PromptSyntax.PLAIN;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "Timesteps of a phase, for prompts that change with them (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--embedding",
      paramLabel = "FILE|DIR",
      description =
          "Embedding (textual inversion), or a folder of them; repeatable. A file's name is its"
              + " word.")
  List<Path> embeddings = List.of();

  @Option(names = "--json", description = "Print the tokens as JSON.")
  boolean json;

  @Override
  public Integer call() {
    RenderSpec.STEPS.require(steps);
    StepPrompts.requireReadable(Prompts.of(Objects.requireNonNull(prompt)), syntax, steps);
    ModelFolder folder = ModelFolder.open(model.source());
    TokenReport report =
        TokenReport.of(
            Objects.requireNonNull(prompt), syntax, steps, folder.tokenizers(), words(folder));
    if (json) {
      terminal.out().println(Json.line(report));
    } else {
      report.texts().forEach(text -> print(text, report.texts().size() > 1));
    }
    return CliConventions.OK;
  }

  private List<TextEmbedding> words(ModelFolder folder) {
    LocalLibrary library =
        new LocalLibrary(
            embeddings.stream().map(path -> new Place(LibraryKind.EMBEDDING, path)).toList());
    List<TextEmbedding> words = new ArrayList<>();
    for (LibraryFile file : library.files()) {
      TextEmbedding embedding = EmbeddingFile.read(file.path(), file.name());
      embedding.requireFitting(
          folder.towers().stream().mapToInt(tower -> tower.config().width()).toArray());
      if (embedding.hidesAWord(folder.tokenizers().get(0))) {
        terminal.say("embedding " + file.name() + " hides a word that the model knows");
      }
      words.add(embedding);
    }
    return words;
  }

  private void print(TokenReport.Text text, boolean isOneOfMany) {
    PrintStream out = terminal.out();
    if (isOneOfMany) {
      out.println("steps %s to %s: %s".formatted(text.firstStep(), text.lastStep(), text.text()));
    }
    for (TokenReport.Tower tower : text.towers()) {
      for (int n = 0; n < tower.chunks().size(); n++) {
        out.println(
            "text encoder %s, chunk %s of %s: %s"
                .formatted(
                    tower.tower(), n + 1, tower.chunks().size(), line(tower.chunks().get(n))));
      }
      if (tower.cutOff() != null) {
        out.println("text encoder %s, cut off: %s".formatted(tower.tower(), tower.cutOff()));
      }
    }
  }

  private static String line(List<TokenReport.Token> tokens) {
    return tokens.isEmpty()
        ? "no tokens"
        : tokens.stream().map(TokensCommand::word).collect(Collectors.joining(" | "));
  }

  private static String word(TokenReport.Token token) {
    String word =
        token.vectors() == 0
            ? token.text()
            : "%s, %s vectors".formatted(token.text(), token.vectors());
    return token.weight() == 1 ? word : word + " (" + (float) token.weight() + ")";
  }
}
